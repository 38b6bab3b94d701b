package org.espalier.tf.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CrcChainTest {
  @Property(tries = 300)
  void joinsTheChecksumsOfTwoRanges(
      @ForAll @Size(max = 3000) byte[] bytes, @ForAll @IntRange(max = 3000) int cut) {
    int first = Math.min(cut, bytes.length);
    int joined =
        CrcChain.join(
            MaskedCrc.of(bytes, 0, first),
            MaskedCrc.of(bytes, first, bytes.length - first),
            bytes.length - first);

    assertThat(joined).isEqualTo(MaskedCrc.of(bytes, 0, bytes.length));
  }

  @Test
  void masksAsLevelDbDoes() {
    // "123456789" is the check value of CRC catalogues; the masked form follows from the
    // definition.
    int crc = MaskedCrc.of("123456789".getBytes(US_ASCII), 0, 9);

    assertThat(crc).isEqualTo(0xe3069283);
    assertThat(MaskedCrc.mask(0)).isEqualTo(0xa282ead8);
    assertThat(MaskedCrc.mask(crc)).isNotEqualTo(crc);
    assertThat(MaskedCrc.unmask(MaskedCrc.mask(crc))).isEqualTo(crc);
  }
}
