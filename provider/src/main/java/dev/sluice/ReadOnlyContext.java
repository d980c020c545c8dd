package dev.sluice;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import org.jspecify.annotations.Nullable;

/** A flat JNDI context over a fixed map; a name may have slashes, which mean nothing. Its bindings never change. */
@SuppressWarnings({"BanJNDI", "JdkObsolete"}) // It is JNDI: nothing in it is deserialised, and it asks for a Hashtable.
final class ReadOnlyContext implements Context {
    private final Map<String, Object> bindings;
    private final Hashtable<String, Object> environment;

    ReadOnlyContext(Map<String, Object> bindings, Hashtable<String, Object> environment) {
        this.bindings = bindings;
        this.environment = environment;
    }

    @Override
    public Object lookup(String name) throws NamingException {
        if (name.isEmpty()) {
            return this;
        }
        Object found = bindings.get(name);
        if (found == null && name.startsWith("java:")) {
            String rest = name.substring("java:".length());
            found = bindings.get(rest.startsWith("comp/env/") ? rest.substring("comp/env/".length()) : rest);
        }
        if (found == null) {
            throw new NameNotFoundException("'" + name + "' is not bound; bound are: " + bindings.keySet()
                    + ". Add connectionfactory." + name + ", queue." + name + " or topic." + name
                    + " to the environment or jndi.properties");
        }
        return found;
    }

    @Override
    public Object lookup(Name name) throws NamingException {
        return lookup(name.toString());
    }

    @Override
    public Object lookupLink(Name name) throws NamingException {
        return lookup(name);
    }

    @Override
    public Object lookupLink(String name) throws NamingException {
        return lookup(name);
    }

    @Override
    public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
        return list(name.toString());
    }

    @Override
    public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
        checkRoot(name);
        List<NameClassPair> pairs = new ArrayList<>();
        bindings.forEach((key, value) ->
                pairs.add(new NameClassPair(key, value.getClass().getName())));
        return new Walk<>(pairs.iterator());
    }

    @Override
    public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
        return listBindings(name.toString());
    }

    @Override
    public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
        checkRoot(name);
        List<Binding> pairs = new ArrayList<>();
        bindings.forEach((key, value) -> pairs.add(new Binding(key, value)));
        return new Walk<>(pairs.iterator());
    }

    private static void checkRoot(String name) throws NamingException {
        if (!name.isEmpty()) {
            throw new NameNotFoundException("the context is flat; there is no context '" + name + "' in it");
        }
    }

    @Override
    public NameParser getNameParser(Name name) {
        return CompositeName::new;
    }

    @Override
    public NameParser getNameParser(String name) {
        return CompositeName::new;
    }

    @Override
    public Name composeName(Name name, Name prefix) throws NamingException {
        return ((Name) prefix.clone()).addAll(name);
    }

    @Override
    public String composeName(String name, String prefix) {
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    @Override
    public @Nullable Object addToEnvironment(String name, Object value) {
        return environment.put(name, value);
    }

    @Override
    public @Nullable Object removeFromEnvironment(String name) {
        return environment.remove(name);
    }

    @Override
    public Hashtable<?, ?> getEnvironment() {
        return new Hashtable<>(environment);
    }

    @Override
    public String getNameInNamespace() {
        return "";
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    private static OperationNotSupportedException readOnly() {
        return new OperationNotSupportedException(
                "the context is read-only; its bindings come from the environment and jndi.properties");
    }

    @Override
    public void bind(Name name, Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void bind(String name, Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(Name name, Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(String name, Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(Name from, Name to) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(String from, String to) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(String name) throws NamingException {
        throw readOnly();
    }

    /** Walks over a list that does not change. */
    private static final class Walk<T> implements NamingEnumeration<T> {
        private final Iterator<T> each;

        Walk(Iterator<T> each) {
            this.each = each;
        }

        @Override
        public T next() {
            return each.next();
        }

        @Override
        public boolean hasMore() {
            return each.hasNext();
        }

        @Override
        public boolean hasMoreElements() {
            return each.hasNext();
        }

        @Override
        public T nextElement() {
            return each.next();
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
