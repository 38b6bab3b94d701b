/** Net2Net and bert2BERT: widening by copies of units; a plugin like any third party's. */
package org.espalier.plugins.net2net;
