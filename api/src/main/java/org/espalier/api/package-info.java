/**
 * What a model is made of, how the next model is made from it, and the SPI of growth operators.
 *
 * <p>Everything here is data or a contract over data: no graph, no session, no file. Public
 * signatures use JDK types only.
 */
package org.espalier.api;
