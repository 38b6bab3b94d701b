/** The espalier command. */
module org.espalier.cli {
  requires org.espalier.tf;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires com.google.common;
  requires com.google.gson;
  requires java.logging;

  opens org.espalier.cli to
      info.picocli;
}
