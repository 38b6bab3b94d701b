package org.espalier.it.mutants;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Well-formed changes to one place of a message, wherever that is. */
enum ProtoChange {
  REMOVE {
    @Override
    boolean fits(ProtoSite site) {
      return true;
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      return site.remove(root);
    }
  },
  REPEAT {
    @Override
    boolean fits(ProtoSite site) {
      return site.index() >= 0 && !site.field().isMapField();
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      return site.repeat(root);
    }
  },
  /** Exchanges two values of one field: two names, two ids, two nodes. */
  SWAP {
    @Override
    boolean fits(ProtoSite site) {
      // Under a new key an entry of a map stands elsewhere; its value can be swapped as well.
      FieldDescriptor field = site.field();
      return !field.getContainingType().getOptions().getMapEntry() || field.getNumber() != 1;
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      boolean nested = other.parents().contains(site) || site.parents().contains(other);
      // In one map, entries that have changed places are what they were.
      boolean oneMap = site.field().isMapField() && site.parents().equals(other.parents());
      if (nested || oneMap || !site.value(root).getClass().equals(other.value(root).getClass())) {
        return root;
      }
      return other.set(site.set(root, other.value(root)), site.value(root));
    }
  },
  NUMBER {
    @Override
    boolean fits(ProtoSite site) {
      return Set.of(JavaType.INT, JavaType.LONG).contains(site.field().getJavaType());
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      return site.set(root, Numbers.any(site.field(), random));
    }
  },
  NAME {
    @Override
    boolean fits(ProtoSite site) {
      return Set.of(JavaType.STRING, JavaType.BYTE_STRING).contains(site.field().getJavaType());
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      List<String> names = List.of("", "../../escape", "/", "^x", "a:0", "\0", "x".repeat(100_000));
      int choice = random.nextInt(names.size() + 2);
      if (choice >= names.size()) {
        return site.set(root, other.value(root));
      }
      boolean bytes = site.field().getJavaType() == JavaType.BYTE_STRING;
      String name = names.get(choice);
      return site.set(root, bytes ? ByteString.copyFromUtf8(name) : name);
    }
  },
  TYPE {
    @Override
    boolean fits(ProtoSite site) {
      return Set.of(JavaType.ENUM, JavaType.BOOLEAN).contains(site.field().getJavaType());
    }

    @Override
    Message change(Message root, ProtoSite site, ProtoSite other, Random random) {
      if (site.field().getJavaType() == JavaType.BOOLEAN) {
        return site.set(root, !(Boolean) site.value(root));
      }
      List<EnumValueDescriptor> values = site.field().getEnumType().getValues();
      return site.set(root, values.get(random.nextInt(values.size())));
    }
  };

  abstract boolean fits(ProtoSite site);

  abstract Message change(Message root, ProtoSite site, ProtoSite other, Random random);

  /** Makes the change somewhere: first a field is chosen, so that rare ones have their turn. */
  Message apply(Message root, Random random) {
    TreeMap<String, List<ProtoSite>> byField =
        ProtoSite.all(root).stream()
            .filter(this::fits)
            .collect(
                Collectors.groupingBy(
                    site -> owner(site) + site.field().getFullName(),
                    TreeMap::new,
                    Collectors.toList()));
    if (byField.isEmpty()) {
      return root;
    }
    List<List<ProtoSite>> fields = List.copyOf(byField.values());
    List<ProtoSite> sites = fields.get(random.nextInt(fields.size()));
    ProtoSite site = sites.get(random.nextInt(sites.size()));
    return change(root, site, sites.get(random.nextInt(sites.size())), random);
  }

  /** Fields of one message are told apart by what holds it: a list's names are not a node's. */
  private static String owner(ProtoSite site) {
    return site.parents().isEmpty()
        ? ""
        : site.parents().get(site.parents().size() - 1).field().getFullName() + ">";
  }

  /** Numbers that programmers forget. */
  static final class Numbers {
    private static final List<Long> ALL =
        List.of(
            -1L,
            0L,
            1L,
            2L,
            7L,
            (long) Integer.MAX_VALUE,
            (long) Integer.MIN_VALUE,
            1L << 32,
            1L << 40,
            Long.MAX_VALUE,
            Long.MIN_VALUE);

    private Numbers() {}

    static Object any(FieldDescriptor field, Random random) {
      long number = ALL.get(random.nextInt(ALL.size()));
      return field.getJavaType() == JavaType.INT ? (Object) (int) number : (Object) number;
    }

    static long any(Random random) {
      return ALL.get(random.nextInt(ALL.size()));
    }
  }
}
