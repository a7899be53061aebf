package allod.test;

import allod.Agent;
import allod.Algorithm;
import allod.Allod;
import allod.AllodException;
import allod.Authorizer;
import allod.Code;
import allod.Container;
import allod.Evidence;
import allod.Executor;
import allod.Key;
import allod.PublicKey;
import allod.Signer;
import allod.Store;
import allod.Token;
import allod.Unsigned;
import allod.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Kotlin's compiler would not let pass, and Java's does. */
public final class JavaHostile {
    private JavaHostile() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    public static void run() {
        long live = Allod.getLiveHandles();
        int functions = Allod.getLiveFunctions();
        try (Key key = Key.generate();
                Signer signer = Signer.of(key);
                Store store = Store.memory();
                Agent agent = new Agent(signer, store);
                Executor executor = new Executor(signer, store);
                Authorizer authorizer = new Authorizer(key.getDid());
                Evidence evidence = new Evidence(Map.of("now", 0), store)) {
            List<Runnable> calls =
                    List.of(
                            () -> Key.generate(null),
                            () -> Key.fromSeed(Algorithm.ED25519, null),
                            () -> Key.fromPem(null),
                            () -> key.sign(null),
                            () -> new PublicKey(null, new byte[32]),
                            () -> Signer.of(null),
                            () -> Signer.of(key.getPublicKey(), null, null),
                            () -> signer.actingAs(null),
                            () -> Token.parse(null),
                            () -> Token.delegation(signer, null),
                            () -> Token.delegation(null, Map.of()),
                            () -> Unsigned.invocation(null, Map.of()),
                            () -> Container.read((byte[]) null),
                            () -> Container.read((String) null),
                            () -> Container.of((List<Token>) null),
                            () -> Container.of(java.util.Collections.singletonList(null)),
                            () -> new Agent(null, store),
                            () -> new Agent(signer, null),
                            () -> new Agent(signer, store, null),
                            () -> agent.grant(null),
                            () -> agent.grant(Map.of(), null),
                            () -> agent.receive((Container) null),
                            () -> agent.revoke(null),
                            () -> executor.handle("/a", null),
                            () -> executor.handle(null, grant -> null),
                            () -> executor.execute((byte[]) null),
                            () -> executor.execute(new byte[0], null),
                            () -> authorizer.decide((byte[]) null, evidence),
                            () -> authorizer.decide("", null),
                            () -> new Authorizer(null),
                            () -> new Evidence(null),
                            () -> Store.open(null),
                            () -> store.setName(null, null),
                            () -> store.put(null),
                            () -> Allod.readDid(null),
                            () -> Allod.setFailureListener(null),
                            () -> Value.fromJson(null),
                            () -> Value.map((Object[]) null));
            for (int at = 0; at < calls.size(); at++) {
                try {
                    calls.get(at).run();
                } catch (NullPointerException expected) {
                    continue;
                }
                throw new AssertionError("call " + at + " took null");
            }

            Map raw = new HashMap();
            raw.put(1, "a key that is no text");
            refused(Code.BAD_VALUE, () -> agent.grant(raw));
            raw.clear();
            raw.put("subject", new Object());
            refused(Code.BAD_VALUE, () -> agent.invoke(raw));
            refused(Code.BAD_VALUE, () -> agent.invoke(Map.of("subject", new String[] {"an array"})));
            refused(Code.BAD_ARGUMENT, () -> executor.execute(container(agent), Instant.MAX));
            refused(Code.BAD_ARGUMENT, () -> agent.delegations(Instant.MIN));
        }
        JavaFlow.must(Allod.getLiveHandles() == live && Allod.getLiveFunctions() == functions, "something is left");
    }

    private static byte[] container(Agent agent) {
        try (var invoked = agent.invoke(Map.of("subject", agent.getDid(), "command", "/a"))) {
            return invoked.getContainer().write();
        }
    }

    private static void refused(int number, Runnable call) {
        try {
            call.run();
        } catch (AllodException refusal) {
            JavaFlow.must(refusal.getNumber() == number, refusal);
            return;
        }
        throw new AssertionError("not refused");
    }
}
