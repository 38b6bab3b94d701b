package org.espalier.tf.graph;

import java.util.List;
import java.util.Map;

/**
 * A flat graph cut into its blocks.
 *
 * @param graph the graph
 * @param structure the blocks' variables
 * @param cuts the tensors between blocks: {@code cuts.get(k)} goes into block {@code k}, the last
 *     one comes out of the last block
 * @param regions the nodes of each block; position i of every region is the same op
 * @param template the block that the arguments are keyed by
 * @param arguments the arguments of each block: by the template's argument, this block's
 * @param results what each block gives beside what it hands to the next
 */
record BlockCut(
    FlatGraph graph,
    BlockStructure structure,
    List<TensorRef> cuts,
    List<List<String>> regions,
    int template,
    List<Map<String, String>> arguments,
    BlockResults results) {}
