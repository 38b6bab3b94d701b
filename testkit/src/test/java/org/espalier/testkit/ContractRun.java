package org.espalier.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What came of the tests of a contract that ran inside this test. */
final class ContractRun implements TestExecutionListener {
  /** Messages of failed tests, by display name. */
  private final Map<String, String> failures = new TreeMap<>();

  private int tests;

  private ContractRun() {}

  static ContractRun of(Class<?> contract) {
    ContractRun run = new ContractRun();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(contract)).build(), run);
    return run;
  }

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
    tests += identifier.isTest() ? 1 : 0;
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      failures.put(
          identifier.getDisplayName(), result.getThrowable().map(Throwable::getMessage).orElse(""));
    }
  }

  Map<String, String> failures() {
    return failures;
  }

  int tests() {
    return tests;
  }
}
