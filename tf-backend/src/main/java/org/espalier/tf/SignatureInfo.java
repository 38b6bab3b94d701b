package org.espalier.tf;

import java.util.List;

/**
 * One way to call a model.
 *
 * @param name such as {@code serving_default}
 * @param inputs as {@code name: dtype [shape]}
 * @param outputs likewise
 */
public record SignatureInfo(String name, List<String> inputs, List<String> outputs) {}
