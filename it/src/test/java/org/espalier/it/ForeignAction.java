package org.espalier.it;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/** What a user does with a model made elsewhere: a column of the table in docs/interop.md. */
enum ForeignAction {
  INSPECT("inspect"),
  STACK("stack", "stack", Map.of("factor", "2"), List.of(0, 1, 2, 0, 1, 2)),
  COPY_TOP("copy-top", "copy-top", Map.of("add", "1"), List.of(0, 1, 2, 2)),
  INSERT_FIRST("insert first", "stack", Map.of("list", "0,0,1,2"), List.of(0, 0, 1, 2)),
  INSERT("insert in the middle", "stack", Map.of("list", "0,1,1,2"), List.of(0, 1, 1, 2)),
  WIDTH("width by template"),
  TRAIN("train 20 steps"),
  GIVE_BACK("give back");

  private final String title;
  private final String operator;
  private final ImmutableMap<String, String> options;
  private final ImmutableList<Integer> sources;

  ForeignAction(String title) {
    this(title, "", Map.of(), List.of());
  }

  ForeignAction(String title, String operator, Map<String, String> options, List<Integer> sources) {
    this.title = title;
    this.operator = operator;
    this.options = ImmutableMap.copyOf(options);
    this.sources = ImmutableList.copyOf(sources);
  }

  String title() {
    return title;
  }

  /** Returns the operator that changes the depth; empty where the action does not. */
  String operator() {
    return operator;
  }

  Map<String, String> options() {
    return options;
  }

  /** Returns which old block each block of the grown model is a copy of. */
  List<Integer> sources() {
    return sources;
  }

  boolean changesDepth() {
    return !sources.isEmpty();
  }
}
