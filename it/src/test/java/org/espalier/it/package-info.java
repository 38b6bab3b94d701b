/**
 * Tests of Espalier as a whole: with real Python TensorFlow, as packaged jars, and of the rules of
 * the house.
 */
package org.espalier.it;
