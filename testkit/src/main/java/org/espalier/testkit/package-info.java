/**
 * What a growth operator must keep to, as tests: contracts that a plugin's test class implements,
 * and the models that they are held against.
 *
 * <p>Here belongs what an author of a plugin needs to test it without TensorFlow. The rules carry
 * the numbers that they have in {@code docs/spi.md}.
 */
package org.espalier.testkit;
