package dev.signet.engine.product;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import java.util.Arrays;

/**
 * A multi-bit weight with its sign planes in the order of the file, and coefficients and offsets in two bytes
 * each where the file has them so.
 */
public final class PackedMatrix implements SignPlanes {
    /** The planes are followed by this many bytes, so that signs can be read eight bytes at a time. */
    public static final int SLACK = Long.BYTES;

    private final GroupLayout layout;
    private final int bits;
    private final byte[] planes;
    private final CoefficientType type;
    private final int offsets;
    // Coefficients of all groups, and then the offsets; one of the two arrays is empty.
    private final short[] halves;
    private final float[] singles;

    /** The packed form of {@code weight}, which is not kept. */
    public PackedMatrix(MultiBitWeight weight) {
        layout = weight.layout();
        bits = weight.bits();
        planes = Arrays.copyOf(weight.planes(), weight.planes().length + SLACK);
        type = weight.type();
        offsets = weight.offsets().length;
        float[] all = Arrays.copyOf(weight.coefficients(), weight.coefficients().length + offsets);
        System.arraycopy(weight.offsets(), 0, all, weight.coefficients().length, offsets);
        boolean half = type == CoefficientType.FLOAT16;
        singles = half ? new float[0] : all;
        halves = new short[half ? all.length : 0];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = Float.floatToFloat16(all[i]);
        }
    }

    /** Which weights share coefficients. */
    public GroupLayout layout() {
        return layout;
    }

    /** Number of sign planes. */
    public int bits() {
        return bits;
    }

    /** The sign planes in the order of {@link MultiBitWeight}, and {@link #SLACK} bytes more. */
    public byte[] planes() {
        return planes;
    }

    /** Coefficient of plane {@code plane} in group {@code group}. */
    public float coefficient(int group, int plane) {
        return value(group * bits + plane);
    }

    /** Offset of group {@code group}; 0 if there are none. */
    public float offset(int group) {
        return offsets == 0 ? 0 : value(layout.groups() * bits + group);
    }

    private float value(int i) {
        return type == CoefficientType.FLOAT16 ? Float.float16ToFloat(halves[i]) : singles[i];
    }

    @Override
    public long bytes() {
        return planes.length + (long) halves.length * Short.BYTES + (long) singles.length * Float.BYTES;
    }

    @Override
    public float[] dequantize() {
        int groups = layout.groups();
        float[] coefficients = new float[groups * bits];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = value(i);
        }
        float[] z = new float[offsets];
        for (int i = 0; i < z.length; i++) {
            z[i] = offset(i);
        }
        byte[] signs = Arrays.copyOf(planes, planes.length - SLACK);
        return new MultiBitWeight(layout, bits, signs, coefficients, z, type).dequantize();
    }
}
