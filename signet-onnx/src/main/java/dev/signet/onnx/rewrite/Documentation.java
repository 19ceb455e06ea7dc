package dev.signet.onnx.rewrite;

/** What a written model keeps of all that no runtime reads. */
public enum Documentation {
    /** Everything that the source has. */
    KEPT,
    /** Names, and what somebody wrote about the model, its inputs and its tensors; nothing of how each node was exported. */
    LEAN,
    /** Inputs, outputs and where the file came from. */
    STRIPPED
}
