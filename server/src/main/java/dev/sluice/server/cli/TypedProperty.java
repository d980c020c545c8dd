package dev.sluice.server.cli;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A message property from the command line: {@code name=text}, or with a type {@code name:int=5}. Immutable. */
record TypedProperty(String name, Object value) {
    /** Sets it on a message. */
    void on(Message message) throws JMSException {
        message.setObjectProperty(name, value);
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<TypedProperty> {
        @Override
        public TypedProperty convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException(
                        "'" + text + "' is not a property; write name=value or name:type=value");
            }
            String left = text.substring(0, equals);
            String value = text.substring(equals + 1);
            int colon = left.indexOf(':');
            String type = colon < 0 ? "string" : left.substring(colon + 1);
            String name = colon < 0 ? left : left.substring(0, colon);
            try {
                return new TypedProperty(name, typed(type, value));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("property " + name + ": '" + value + "' is not of type " + type);
            }
        }

        private static Object typed(String type, String value) {
            return switch (type) {
                case "string" -> value;
                case "int" -> Integer.valueOf(value);
                case "long" -> Long.valueOf(value);
                case "double" -> Double.valueOf(value);
                case "boolean" -> truth(value);
                default ->
                    throw new TypeConversionException(
                            "'" + type + "' is no type of a property; there are string, int, long, double and boolean");
            };
        }

        private static Boolean truth(String value) {
            if (!value.equals("true") && !value.equals("false")) {
                throw new TypeConversionException("'" + value + "' is not a boolean; write true or false");
            }
            return Boolean.valueOf(value);
        }
    }
}
