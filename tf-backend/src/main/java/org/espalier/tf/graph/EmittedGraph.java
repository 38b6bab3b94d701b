package org.espalier.tf.graph;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/**
 * A flat graph as a GraphDef, ready to import.
 *
 * @param graph the nodes and the functions that its control flow needs
 * @param placeholders the Placeholder of each argument that the caller feeds, by argument name, in
 *     the order of the signature
 * @param variables the VarHandleOp of each captured variable, by object-graph node
 * @param outputs the tensors to fetch as {@code node:k}, by the name of the result
 * @param targets the nodes to run for their effect
 */
public record EmittedGraph(
    GraphDef graph,
    Map<String, String> placeholders,
    Map<Integer, String> variables,
    Map<String, String> outputs,
    List<String> targets) {}
