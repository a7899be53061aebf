// What must not compile, with what the compiler says of it. It is part of no target: `cargo xtask ffi --swift` checks it.
import Allod

func forgotten(_ key: Key, _ agent: Agent, _ decision: Decision) throws {
    let invocation = Invocation(subject: key.did, command: "/a")
    _ = try invocation.sign(by: key)  // expected-error {{'expires'}}
    _ = try invocation.unsigned(by: key.publicKey, algorithm: .ed25519)  // expected-error {{'expires'}}
    _ = Delegation(audience: key.did, subject: .powerline, command: "/")  // expected-error {{'expires'}}
    _ = Delegation(audience: key.did, subject: nil, command: "/", expires: nil)  // expected-error {{'Subject'}}
    _ = Agent.DeviceLink(device: key.did, command: "/")  // expected-error {{'expires'}}
    _ = Agent.DeviceLink(device: key.did, expires: nil)  // expected-error {{'command'}}
    _ = try Evidence(Facts())  // expected-error {{missing argument}}
    if decision {}  // expected-error {{'Bool'}}
    _ = decision.arguments  // expected-error {{'arguments'}}
}
