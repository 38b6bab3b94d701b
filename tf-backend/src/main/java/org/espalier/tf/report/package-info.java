/**
 * What a run tells: events, {@code metrics.jsonl}, TensorBoard event files, {@code report.html}.
 *
 * <p>Nothing here writes to the console or loads TensorFlow; whoever shows progress listens to a
 * {@link org.espalier.tf.report.ProgressListener}.
 */
package org.espalier.tf.report;
