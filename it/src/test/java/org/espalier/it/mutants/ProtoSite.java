package org.espalier.it.mutants;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A place in a message: a field, or an element of a repeated one.
 *
 * @param parents the places of the messages around it, outermost first
 * @param field the field
 * @param index of the element; -1 where the field is not repeated
 */
record ProtoSite(List<ProtoSite> parents, FieldDescriptor field, int index) {
  private static final int LIMIT = 200_000;

  /** Lists all places of a message that hold something. */
  static List<ProtoSite> all(Message message) {
    List<ProtoSite> found = new ArrayList<>();
    collect(message, List.of(), found);
    return found;
  }

  private static void collect(Message message, List<ProtoSite> parents, List<ProtoSite> found) {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      int count = field.isRepeated() ? message.getRepeatedFieldCount(field) : 1;
      for (int i = 0; i < count && found.size() < LIMIT; i++) {
        ProtoSite site = new ProtoSite(parents, field, field.isRepeated() ? i : -1);
        found.add(site);
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          List<ProtoSite> inner = new ArrayList<>(parents);
          inner.add(site);
          collect((Message) site.in(message), inner, found);
        }
      }
    }
  }

  /** Returns the value here. */
  Object value(Message root) {
    return in(parent(root));
  }

  private Message parent(Message root) {
    Message message = root;
    for (ProtoSite step : parents) {
      message = (Message) step.in(message);
    }
    return message;
  }

  private Object in(Message message) {
    return index < 0 ? message.getField(field) : message.getRepeatedField(field, index);
  }

  /** Returns {@code root} with another value here. */
  Message set(Message root, Object value) {
    return edit(root, 0, parent -> put(parent, value));
  }

  /** Returns {@code root} without what is here. */
  Message remove(Message root) {
    return edit(
        root,
        0,
        parent -> {
          Message.Builder builder = parent.toBuilder().clearField(field);
          for (int i = 0; index >= 0 && i < parent.getRepeatedFieldCount(field); i++) {
            if (i != index) {
              builder.addRepeatedField(field, parent.getRepeatedField(field, i));
            }
          }
          return builder.build();
        });
  }

  /** Returns {@code root} with the element here once more. */
  Message repeat(Message root) {
    return edit(
        root,
        0,
        parent ->
            parent.toBuilder()
                .addRepeatedField(field, parent.getRepeatedField(field, index))
                .build());
  }

  private Message put(Message message, Object value) {
    Message.Builder builder = message.toBuilder();
    return index < 0
        ? builder.setField(field, value).build()
        : builder.setRepeatedField(field, index, value).build();
  }

  private Message edit(Message message, int depth, UnaryOperator<Message> change) {
    if (depth == parents.size()) {
      return change.apply(message);
    }
    ProtoSite step = parents.get(depth);
    return step.put(message, edit((Message) step.in(message), depth + 1, change));
  }
}
