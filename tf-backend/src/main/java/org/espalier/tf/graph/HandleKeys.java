package org.espalier.tf.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Which checkpoint entry the model's own restore op puts into which handle of its graph. */
final class HandleKeys {
  private HandleKeys() {}

  /**
   * The checkpoint key of each handle, by the name of the VarHandleOp; empty when it is unclear.
   */
  static Map<String, String> of(SavedModelDirectory model) {
    String restore = model.metaGraph().getSaverDef().getRestoreOpName();
    for (NodeDef node : model.metaGraph().getGraphDef().getNodeList()) {
      FunctionDef function =
          model
              .functions()
              .get(node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName());
      if (node.getName().equals(restore) && function != null) {
        return ofCall(node, function);
      }
    }
    return Map.of();
  }

  private static Map<String, String> ofCall(NodeDef call, FunctionDef function) {
    Map<String, NodeDef> body = new HashMap<>();
    function.getNodeDefList().forEach(node -> body.put(node.getName(), node));
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < function.getSignature().getInputArgCount(); i++) {
      positions.put(function.getSignature().getInputArg(i).getName(), i);
    }
    Map<String, String> keys = new HashMap<>();
    for (NodeDef node : function.getNodeDefList()) {
      if (!node.getOp().equals("AssignVariableOp") || node.getInputCount() < 2) {
        continue;
      }
      Integer position = positions.get(node.getInput(0));
      String key = key(node.getInput(1), body);
      if (position != null && position < call.getInputCount() && key != null) {
        keys.put(call.getInput(position), key);
      }
    }
    return keys;
  }

  private static String key(String input, Map<String, NodeDef> body) {
    String tensor = input;
    // At most a few Identity ops lie between; a longer chain is nothing TensorFlow writes.
    for (int step = 0; step < 8; step++) {
      String[] parts = tensor.split(":", -1);
      NodeDef node = body.get(parts[0]);
      if (node == null || node.getInputCount() == 0) {
        return null;
      }
      if (node.getOp().equals("RestoreV2") && parts.length == 3 && node.getInputCount() > 1) {
        List<String> names = strings(body.get(node.getInput(1).split(":", -1)[0]));
        int index = parts[2].matches("[0-9]{1,9}") ? Integer.parseInt(parts[2]) : -1;
        return index >= 0 && index < names.size() ? names.get(index) : null;
      }
      tensor = node.getInput(0);
    }
    return null;
  }

  private static List<String> strings(NodeDef constant) {
    List<String> values = new ArrayList<>();
    if (constant != null) {
      TensorProto tensor =
          constant.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
      for (ByteString value : tensor.getStringValList()) {
        values.add(value.toStringUtf8());
      }
    }
    return values;
  }
}
