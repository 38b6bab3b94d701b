package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;

/** Shows which old blocks or elements the new ones are made of. */
final class MapPicture {
  private static final int LINE = 80;
  private static final int SHORTEST_RUN = 3;
  private static final int MOST_RUNS = 12;

  private MapPicture() {}

  /** Returns every row of a map for programs, sources under {@code key}. */
  static List<List<Map<String, Object>>> rows(AxisMap map, String key) {
    return IntStream.range(0, map.newSize())
        .mapToObj(
            i ->
                map.row(i).stream()
                    .map(s -> Json.object(key, s.index(), "weight", s.weight()))
                    .toList())
        .toList();
  }

  /** Returns every row of a map, in lines of a page's width. */
  static List<String> lines(AxisMap map) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < map.newSize(); i++) {
      String row = row(map.row(i));
      if (line.length() > 0 && line.length() + 1 + row.length() > LINE) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(row);
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Returns a map in few words: copies in a row as {@code 0..7}, and of long maps the beginning.
   */
  static String brief(AxisMap map) {
    List<String> runs = new ArrayList<>();
    int i = 0;
    while (i < map.newSize() && runs.size() < MOST_RUNS) {
      int end = i + 1;
      while (end < map.newSize() && follows(map, end)) {
        end++;
      }
      String first = row(map.row(i));
      boolean run = end - i >= SHORTEST_RUN;
      runs.add(run ? first + ".." + row(map.row(end - 1)) : first);
      i = run ? end : i + 1;
    }
    if (i < map.newSize()) {
      runs.add("… of " + map.newSize());
    }
    return String.join(" ", runs);
  }

  private static boolean follows(AxisMap map, int i) {
    List<AxisMap.Entry> row = map.row(i);
    List<AxisMap.Entry> before = map.row(i - 1);
    return row.size() == 1
        && before.size() == 1
        && row.get(0).equals(new AxisMap.Entry(before.get(0).index() + 1, 1))
        && before.get(0).weight() == 1;
  }

  private static String row(List<AxisMap.Entry> sources) {
    return sources.isEmpty()
        ? "-"
        : sources.stream().map(MapPicture::source).collect(Collectors.joining("+"));
  }

  private static String source(AxisMap.Entry source) {
    if (source.weight() == 1) {
      return String.valueOf(source.index());
    }
    String weight = String.format(Locale.ROOT, "%.4f", source.weight()).replaceFirst("\\.?0+$", "");
    return weight + "*" + source.index();
  }
}
