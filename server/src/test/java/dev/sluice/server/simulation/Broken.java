package dev.sluice.server.simulation;

import dev.sluice.link.Ranges;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
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

    /** Calls a method with one argument. */
    public static Object call(Object of, String name, Object argument) {
        try {
            for (Method method : of.getClass().getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == 1) {
                    method.setAccessible(true);
                    Object result = method.invoke(of, argument);
                    return result == null ? of : result;
                }
            }
            throw new IllegalStateException("no method " + name);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
