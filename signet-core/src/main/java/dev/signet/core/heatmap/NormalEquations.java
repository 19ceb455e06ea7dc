package dev.signet.core.heatmap;

/**
 * The weighted least-squares fit of coefficients and offset to given codes, {@code a = (B^T U B)^-1 B^T U w}, from the sums of u
 * and u * w over the weights of each code. A plane that depends on others (a singular matrix) is dropped: it gets 0.
 */
final class NormalEquations {
    /** A pivot this much smaller than its diagonal element is rounding noise. */
    private static final double SINGULAR = 1e-11;

    private final int bits;
    private final boolean withOffset;
    private final double[] mass;
    private final double[] moment;
    private final SymmetricSolver system;
    private final double[] unknowns;
    private final double[] coefficients;

    NormalEquations(int bits, boolean withOffset) {
        this.bits = bits;
        this.withOffset = withOffset;
        mass = new double[1 << bits];
        moment = new double[1 << bits];
        int order = bits + (withOffset ? 1 : 0);
        system = new SymmetricSolver(order, SINGULAR);
        unknowns = new double[order];
        coefficients = new double[bits];
    }

    /** Sum of u for each code, to be filled in before {@link #solve}, which overwrites it. */
    double[] mass() {
        return mass;
    }

    /** Sum of u * w for each code, to be filled in before {@link #solve}, which overwrites it. */
    double[] moment() {
        return moment;
    }

    /** Solves for coefficients and offset. */
    void solve() {
        // Sums over products of signs are Walsh-Hadamard coefficients: of the pair of planes i, k at index 2^i ^ 2^k.
        walshHadamard(mass);
        walshHadamard(moment);
        int first = withOffset ? 1 : 0;
        if (withOffset) {
            system.set(0, 0, mass[0]);
            unknowns[0] = moment[0];
        }
        for (int i = 0; i < bits; i++) {
            if (withOffset) {
                system.set(first + i, 0, mass[1 << i]);
            }
            for (int k = 0; k <= i; k++) {
                system.set(first + i, first + k, mass[1 << i ^ 1 << k]);
            }
            unknowns[first + i] = moment[1 << i];
        }
        system.solve(unknowns);
        System.arraycopy(unknowns, first, coefficients, 0, bits);
    }

    /** The coefficients, of any sign and in the order of the planes. */
    double[] coefficients() {
        return coefficients;
    }

    /** The offset; 0 where none was asked for. */
    double offset() {
        return withOffset ? unknowns[0] : 0;
    }

    /** In place: element m becomes the sum over codes c of x[c] * product of the signs (+1 where set) of c's bits in m. */
    private static void walshHadamard(double[] x) {
        for (int half = 1; half < x.length; half *= 2) {
            for (int i = 0; i < x.length; i += 2 * half) {
                for (int j = i; j < i + half; j++) {
                    double clear = x[j];
                    double set = x[j + half];
                    x[j] = set + clear;
                    x[j + half] = set - clear;
                }
            }
        }
    }
}
