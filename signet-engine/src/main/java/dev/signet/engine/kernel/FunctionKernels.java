package dev.signet.engine.kernel;

/**
 * Functions of single numbers that take long one by one. Of each {@code y[yOffset + i] = f(x[xOffset + i])} for {@code i < n};
 * {@code y} may be {@code x}. Right to some 1e-6 of the value or, for {@link #erf} and {@link #sigmoid}, of 1.
 */
public interface FunctionKernels {
    /** e to the x. */
    void exp(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** 1 / (1 + e to the -x). */
    void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** The hyperbolic tangent. */
    void tanh(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** The error function. */
    void erf(float[] x, int xOffset, float[] y, int yOffset, int n);
}
