package allod.test;

import allod.Agent;
import allod.Algorithm;
import allod.Authorizer;
import allod.Container;
import allod.Decision;
import allod.Evidence;
import allod.Execution;
import allod.Executor;
import allod.HandlerException;
import allod.HandlerOption;
import allod.Issued;
import allod.Key;
import allod.Signer;
import allod.Store;
import allod.Token;
import allod.Value;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** From a grant to its revocation, in Java. */
public final class JavaFlow {
    private JavaFlow() {}

    public static void run() {
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        try (Key aliceKey = Key.generate();
                Key bobKey = Key.generate(Algorithm.P256);
                Signer aliceSigner = Signer.of(aliceKey);
                Signer bobSigner = Signer.of(bobKey.getPublicKey(), null, bobKey::sign);
                Store aliceStore = Store.memory();
                Store bobStore = Store.memory();
                Agent alice = new Agent(aliceSigner, aliceStore);
                Agent bob = new Agent(bobSigner, bobStore, Map.of("tolerance", 30))) {
            String subject = alice.getDid();
            Map<String, Object> delegation =
                    Map.of(
                            "audience", bob.getDid(),
                            "subject", subject,
                            "command", "/photos",
                            "policy", List.of(List.of("==", ".album", "summer")),
                            "expires", now.plusSeconds(3600));
            try (Issued granted = alice.grant(delegation, now);
                    Authorizer authorizer = new Authorizer(subject);
                    Evidence evidence = new Evidence(Map.of("now", now), aliceStore);
                    Executor executor = new Executor(aliceSigner, aliceStore)) {
                bob.receive(granted.getContainer().write());
                Map<String, Object> asked =
                        Value.map("subject", subject, "command", "/photos/count", "arguments", Map.of("album", "summer"), "meta", null);
                String request;
                try (Issued invoked = bob.invoke(asked, now)) {
                    request = invoked.getContainer().writeText();
                }

                Decision decision = authorizer.decide(request, evidence);
                must(decision instanceof Decision.Allowed allowed && allowed.getGrant().getIssuer().equals(bob.getDid()), decision);

                executor.handle("/photos/count", grant -> Map.of("album", grant.getArguments().get("album"), "count", 3));
                executor.handle("/photos/fail", EnumSet.of(HandlerOption.AND_BELOW), grant -> {
                    throw new HandlerException(Map.of("why", "no film"));
                });
                executor.handle("/photos/odd", grant -> {
                    throw new java.io.IOException("checked exceptions may pass, too");
                });
                Execution execution = executor.execute(request, now);
                must(execution.getOutcome() == Execution.Outcome.EXECUTED && execution.isOk(), execution);
                must(execution.getOk().equals(Map.of("album", "summer", "count", 3L)), execution.getOk());
                try (Token receipt = Token.parse(execution.getReceipt());
                        Container container = Container.of(receipt)) {
                    must(bob.receive(container).get("receipts").equals(1L), receipt.getClaims());
                }
                try (Issued invoked =
                        bob.invoke(Map.of("subject", subject, "command", "/photos/fail/now", "arguments", Map.of("album", "summer")), now)) {
                    Execution failed = executor.execute(invoked.getContainer().write(), now);
                    must(Map.of("why", "no film").equals(failed.getError()), failed.getReport());
                }

                try (Issued revoked = alice.revoke(granted.getToken().getCid(), now)) {
                    must(executor.takeUpRevocations(revoked.getContainer()).size() == 1, revoked);
                }
                try (Evidence after = new Evidence(Map.of("now", now), aliceStore)) {
                    Decision denied = authorizer.decide(request, after);
                    must(denied instanceof Decision.Denied denial && denial.getCode().equals("revoked"), denied);
                }
            }
        }
    }

    static void must(boolean condition, Object found) {
        if (!condition) throw new AssertionError(found);
    }
}
