package dev.signet.quantize;

import com.sun.management.OperatingSystemMXBean;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resident memory that the process may take, dealt out to Java's heap and to native code. The launcher limits the heap; in a
 * process that was started otherwise the heap is what the Java machine allows, and this share of it is used.
 *
 * @param bytes of the whole process
 * @param firm whether somebody said so: then a model that needs more is refused
 */
public record MemoryBudget(long bytes, boolean firm) {
    /** What the Java machine, its compiled code and ONNX Runtime's library take with no model open. */
    private static final long BASE = 260_000_000;

    /** The heap's share of what is usual, and of what a large model takes beyond it; the launcher gives {@code -Xmx} the same. */
    private static final double HEAP = 0.45;

    private static final double HEAP_BEYOND = 0.33;

    /** What a model's own bytes are taken for: both streams of the walk, the file beside its twin, and their weights unfolded. */
    private static final int TIMES_THE_MODEL = 9;

    /** Where a machine has much, no more than this is taken unasked. */
    private static final long USUAL = 2_000_000_000;

    /** The least that anything can be done in. */
    private static final long LEAST = 400_000_000;

    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?) ?([kmgt]?)i?b?", Pattern.CASE_INSENSITIVE);

    /** @throws IllegalArgumentException if it is less than Signet can work in */
    public MemoryBudget {
        if (bytes < LEAST) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d MB of memory are not enough to work in; give at least %d MB",
                    bytes / 1_000_000,
                    LEAST / 1_000_000));
        }
    }

    /** Half of the machine's memory, at most 2 GB. */
    public static MemoryBudget usual() {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return new MemoryBudget(Math.max(LEAST, Math.min(USUAL, machine / 2)), false);
    }

    /**
     * Reads {@code 2GB}, {@code 900MB} or {@code 1.5g}; units are powers of 1000.
     *
     * @throws IllegalArgumentException if {@code text} is no size, or too small a one
     */
    public static MemoryBudget parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'%s' is no size such as 2GB or 900MB".formatted(text));
        }
        int power = " kmgt"
                .indexOf(
                        matcher.group(2).isEmpty()
                                ? ' '
                                : Character.toLowerCase(matcher.group(2).charAt(0)));
        return new MemoryBudget((long) (Double.parseDouble(matcher.group(1)) * Math.pow(1000, power)), true);
    }

    /**
     * Enough for a model, whose weights alone may take more than is usual.
     *
     * @throws InputException if that is more than somebody said
     */
    public MemoryBudget forModel(OnnxModel model) {
        long needed = BASE + TIMES_THE_MODEL * model.bytes();
        if (needed > bytes && firm) {
            throw InputException.of(
                    model.where(),
                    String.format(
                            Locale.ROOT,
                            "takes about %d MB to quantize, more than the %d MB that were given",
                            Math.ceilDiv(needed, 1_000_000),
                            bytes / 1_000_000),
                    "give more with --memory");
        }
        return new MemoryBudget(Math.max(bytes, needed), firm);
    }

    /** What Java's heap may take. */
    public long heap() {
        return Math.min(Runtime.getRuntime().maxMemory(), heapShare());
    }

    /** What Java's heap may take where the process is started with as much. */
    public long heapShare() {
        return (long) (HEAP * Math.min(bytes, USUAL) + HEAP_BEYOND * Math.max(0, bytes - USUAL));
    }

    /** What one layer's solution may take of the heap beside a model. */
    public long layerRoom(long modelBytes) {
        return Math.max(heap() / 8, (long) (0.8 * heap() - 1.5 * modelBytes));
    }

    /** What tensors in native memory may take. */
    public long tensors() {
        return bytes - heap() - BASE;
    }

    /** How many pieces of work that may take {@code each} can be done at the same time: at least one. */
    public int pieces(MemoryBudget each) {
        return Math.clamp((bytes - BASE) / (each.bytes - BASE), 1, Integer.MAX_VALUE);
    }

    /** The same for one of several pieces of work that are done at the same time. */
    public MemoryBudget share(int pieces) {
        return new MemoryBudget(Math.max(LEAST, BASE + (bytes - BASE) / pieces), false);
    }
}
