package dev.signet.cli;

import dev.signet.onnx.store.WorkFolder;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * What a signal that asks for the end does: it removes what is not finished and ends the process as it is.
 *
 * <p>Java would run all shutdown hooks, ONNX Runtime's among them, which frees its environment while another thread may be
 * opening a model in it; the C library would then run the destructors of ONNX Runtime's tables under the same thread. Either
 * ends in SIGABRT or SIGSEGV now and then. So neither is run.
 */
final class Interrupt {
    /** What shells add to the number of a signal. */
    private static final int SIGNALLED = 128;

    private Interrupt() {}

    /** Holds from now on for this process; signals that it was started to ignore stay ignored. */
    static void install() {
        for (String name : List.of("INT", "TERM", "HUP")) {
            try {
                handle(name);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                // Not a signal of this system, or somebody told Java to leave it alone (-Xrs): Java's own way to end is
                // left.
            }
        }
    }

    /** By reflection, as javac warns of sun.misc, which is the only way to signals and stays in jdk.unsupported. */
    private static void handle(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object one = signal.getConstructor(String.class).newInstance(name);
        int number = (int) signal.getMethod("getNumber").invoke(one);
        Object ending = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    end(SIGNALLED + number);
                    return null;
                });
        signal.getMethod("handle", signal, handler).invoke(null, one, ending);
    }

    private static void end(int code) {
        try {
            WorkFolder.removeOpen();
            exitNow(code);
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    /** POSIX {@code _exit}, which Windows has, too: unlike {@link Runtime#halt} it runs no destructors. */
    @SuppressWarnings("restricted")
    private static void exitNow(int code) {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("_exit").ifPresent(exit -> {
            try {
                linker.downcallHandle(exit, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                        .invokeExact(code);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
