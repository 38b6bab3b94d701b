package org.espalier.testkit;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic on matrices of float64 rows. */
final class Matrices {
  private Matrices() {}

  static double[][] of(double[] rowMajor, int columns) {
    double[][] rows = new double[rowMajor.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(rowMajor, i * columns, (i + 1) * columns));
    return rows;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  static double[][] timesTransposed(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        for (int k = 0; k < a[i].length; k++) {
          product[i][j] += a[i][k] * b[j][k];
        }
      }
    }
    return product;
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    Arrays.setAll(sum, i -> plus(a[i], b[i]));
    return sum;
  }

  static double[][] plusRow(double[][] a, double[] row) {
    double[][] sum = new double[a.length][];
    Arrays.setAll(sum, i -> plus(a[i], row));
    return sum;
  }

  static double[][] map(double[][] a, DoubleUnaryOperator function) {
    double[][] mapped = new double[a.length][];
    Arrays.setAll(mapped, i -> Arrays.stream(a[i]).map(function).toArray());
    return mapped;
  }

  /** Returns the largest difference of two elements at the same place; NaN counts as infinite. */
  static double difference(double[][] a, double[][] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        double difference = Math.abs(a[i][j] - b[i][j]);
        largest =
            Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
      }
    }
    return largest;
  }

  /** Returns the standard deviation of all elements. */
  static double deviation(double[][] a) {
    double[] all = Arrays.stream(a).flatMapToDouble(Arrays::stream).toArray();
    double mean = Arrays.stream(all).average().orElseThrow();
    return Math.sqrt(Arrays.stream(all).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }
}
