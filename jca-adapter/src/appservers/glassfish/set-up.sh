#!/bin/sh
# Makes the domain `sluice` of GlassFish, with Sluice instead of OpenMQ, and leaves it stopped. In the environment:
#   GLASSFISH    where it was unpacked: .../glassfish7
#   PORTS        the first of its ports: http is 80 further on, administration 48
#   SLUICE_URL   sluice://localhost:7676
#   SLUICE_RAR   the resource adapter
set -eu
asadmin() { "$GLASSFISH/bin/asadmin" --port $((PORTS + 48)) "$@"; }

# In the value of a property asadmin wants \ before : and =.
value() { printf '%s' "$1" | sed 's/[:=]/\\&/g'; }

asadmin create-domain --portbase "$PORTS" --nopassword=true sluice

# Listeners for this machine alone, before they first open; and no OpenMQ in this JVM, which would have one for all.
sed -i \
    -e 's/address="0\.0\.0\.0"/address="127.0.0.1"/' \
    -e 's/<network-listener port=/<network-listener address="127.0.0.1" port=/' \
    -e '0,/<connector-service /s//<jms-service type="REMOTE" default-jms-host="none"><jms-host name="none" host="localhost" port="1" lazy-init="true"\/><\/jms-service>\n&/' \
    "$GLASSFISH/glassfish/domains/sluice/config/domain.xml"

asadmin start-domain sluice
trap 'asadmin stop-domain sluice' EXIT

# What is in doubt is asked for at the start. Transactions bear this name instead of the host's, which may change: another one for each GlassFish
# that uses the same Sluice.
asadmin set server.transaction-service.automatic-recovery=true
asadmin set server.transaction-service.property.xa-servername=one

# Threads of beans have the class loader of the application that needed them first: when they end at rest, applications that are gone do not pile up.
asadmin set server.ejb-container.property.allow-core-thread-timeout=true
asadmin set server.ejb-container.property.thread-keep-alive-seconds=10

# The adapter: what holds for factories and beans that say nothing else. GlassFish recovers once, when it starts: so long that waits for Sluice.
asadmin create-resource-adapter-config \
    --property "url=$(value "$SLUICE_URL"):user=app:password=secret:recoveryWaitSeconds=3600" sluice
asadmin deploy --name sluice "$SLUICE_RAR"

# A pool of connections.
asadmin create-connector-connection-pool --raname sluice --connectiondefinition jakarta.jms.ConnectionFactory \
    --transactionsupport XATransaction --steadypoolsize 1 --maxpoolsize 30 --isconnectvalidatereq=true sluice-pool
asadmin create-connector-resource --poolname sluice-pool jms/Sluice

# A destination to look up; others are made by name.
asadmin create-admin-object --raname sluice --restype jakarta.jms.Queue --property name=out jms/out

# The other resource of the example.
asadmin create-jdbc-connection-pool --restype javax.sql.XADataSource \
    --datasourceclassname org.apache.derby.jdbc.EmbeddedXADataSource --steadypoolsize 1 --maxpoolsize 30 \
    --property 'databaseName=${com.sun.aas.instanceRoot}/lib/databases/orders:createDatabase=create' orders
asadmin create-jdbc-resource --connectionpoolid orders jdbc/orders
