package org.espalier.tf.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.TensorSliceProto;

class SliceKeyTest {
  @ParameterizedTest
  @CsvSource({
    "0, 25, 0061620001010180 99",
    "40, 75, 00616200010101a8 c04b",
    "63, 64, 00616200010101bf c040",
    "8191, 8192, 00616200010101df ffe02000",
    "4294967296, 9223372036854775807, 00616200010101f900000000 ffc07fffffffffffffff",
  })
  void encodesStartAndLengthAsTensorFlowDoes(long start, long length, String expected) {
    TensorSliceProto.Builder slice = TensorSliceProto.newBuilder();
    slice.addExtentBuilder().setStart(start).setLength(length);

    assertThat(hex(slice.build())).isEqualTo(expected.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({"1, 00616200010101807f", "2, 00616200010102807f807f"})
  void encodesWholeAxesAsLengthMinusOne(int rank, String expected) {
    TensorSliceProto.Builder slice = TensorSliceProto.newBuilder();
    for (int axis = 0; axis < rank; axis++) {
      slice.addExtentBuilder();
    }

    assertThat(hex(slice.build())).isEqualTo(expected);
  }

  private static String hex(TensorSliceProto slice) {
    return HexFormat.of()
        .formatHex(SliceKey.encode(ByteString.copyFromUtf8("ab"), slice).toByteArray());
  }
}
