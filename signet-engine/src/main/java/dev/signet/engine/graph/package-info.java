/**
 * A network as the engine sees it: nodes with their attributes, constants, and the rewrites that make fewer nodes of it.
 * Knows ONNX's protobuf classes; the packages of operators and plans see no protobuf.
 */
@NullMarked
package dev.signet.engine.graph;

import org.jspecify.annotations.NullMarked;
