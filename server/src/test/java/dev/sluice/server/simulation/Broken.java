package dev.sluice.server.simulation;

import dev.sluice.link.Ranges;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** What is woven into the methods that are broken. */
public final class Broken {
    private Broken() {}

    static final class AlwaysTrue {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean result) {
            result = true;
        }
    }

    static final class AlwaysFalse {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean result) {
            result = false;
        }
    }

    static final class Zero {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long result) {
            result = 0;
        }
    }

    static final class HasATime {
        @Advice.OnMethodExit
        static void exit(
                @Advice.FieldValue("expiryMillis") long expiryMillis, @Advice.Return(readOnly = false) boolean result) {
            result = expiryMillis != 0;
        }
    }

    static final class NoDelay {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 2, readOnly = false) long dueMillis) {
            dueMillis = 0;
        }
    }

    static final class EndsWhatIsPrepared {
        @Advice.OnMethodExit
        static void exit(@Advice.This Object transactions, @Advice.Argument(0) Object session) {
            endPrepared(transactions, call(session, "id"));
        }
    }

    static final class OneMore {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) long index) {
            index++;
        }
    }

    static final class NoTime {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) long millis) {
            millis = 1;
        }
    }

    static final class AnHourMore {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long nanos) {
            nanos += TimeUnit.HOURS.toNanos(1);
        }
    }

    static final class NoRanges {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object ranges) {
            ranges = new Ranges();
        }
    }

    static final class NoObject {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) @Nullable Object result) {
            result = null;
        }
    }

    static final class Nothing {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    static final class Itself {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self,
                @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object result) {
            result = self;
        }
    }

    static final class ForgetsWhatWasTaken {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Object branch) {
            ((Collection<?>) field(branch, "taken")).clear();
        }
    }

    static final class ConfirmsWhatItHeard {
        @Advice.OnMethodEnter
        static void enter(@Advice.This Object connection, @Advice.Argument(0) Object writer) {
            long heard = (Long) field(connection, "heardThrough");
            if (heard > 0) {
                call(call(connection, "say", writer), "confirmedFrame", heard);
            }
        }
    }

    /** Rolls back what is prepared and was worked for by the session of this number. */
    public static void endPrepared(Object transactions, Object sessionId) {
        Collection<?> branches = (Collection<?>) call(call(transactions, "catalog"), "branches");
        for (Object branch : List.copyOf(branches)) {
            boolean prepared = "PREPARED".equals(call(branch, "state").toString());
            if (prepared && ((Collection<?>) field(branch, "sessions")).contains(sessionId)) {
                Object unused = call(transactions, "rollback", branch);
            }
        }
    }

    /** What is in a field. */
    public static Object field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException gone) {
            throw new IllegalStateException(gone);
        }
    }

    /** Calls a method with one argument or none. */
    public static Object call(Object of, String name, Object... arguments) {
        try {
            for (Method method : of.getClass().getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
                    method.setAccessible(true);
                    Object result = method.invoke(of, arguments);
                    return result == null ? of : result;
                }
            }
            throw new IllegalStateException("no method " + name);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
