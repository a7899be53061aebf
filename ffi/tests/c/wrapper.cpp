// The tests of allod.hpp: all of it is called, and nothing that is thrown passes through C. `wrapper FOLDER`.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "allod.hpp"

namespace {

using allod::Algorithm;
using allod::Bytes;
using std::string;

// No denial passes for an object that is there: `if (decision)` does not compile, nor `!decision`, nor a condition with one.
template <class T>
constexpr bool has_truth = std::is_constructible_v<bool, T> || std::is_constructible_v<bool, const T &>;
static_assert(!has_truth<allod::Decision> && !has_truth<allod::Execution>);
static_assert(has_truth<allod::Token>, "or the lines above would hold of anything");

constexpr allod::Seconds now = 1800000000;
string folder;

#define CHECK(condition) check((condition), #condition, __LINE__)
/// Fails unless it throws an error of that number.
#define FAILS(expression, number) fails([&] { (void)(expression); }, (number), #expression, __LINE__)

void check(bool condition, const char *what, int line) {
    if (condition) return;
    std::fprintf(stderr, "wrapper.cpp:%d: %s\n", line, what);
    std::abort();
}

template <class Run>
void fails(Run run, std::uint32_t number, const char *what, int line) {
    try {
        run();
    } catch (const allod::Error &error) {
        if (error.number() != number) std::fprintf(stderr, "%s: %s\n", error.name().c_str(), error.what());
        check(error.number() == number && !error.name().empty(), what, line);
        check(!error.message().empty() && !error.remedy().empty() && error.message() == error.what(), what, line);
        return;
    }
    check(false, what, line);
}

bool has(const string &text, const string &part) { return text.find(part) != string::npos; }

string path(const char *name) { return folder + "/" + name; }

std::mutex telling;
std::vector<string> told_of;

/// Keeps what functions of the host threw.
void tell(std::exception_ptr failure) {
    string what;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception &error) {
        what = error.what();
    } catch (int number) {
        what = std::to_string(number);
    }
    const std::lock_guard<std::mutex> lock(telling);
    told_of.push_back(what);
}

/// What was told since it was last asked.
std::vector<string> told() {
    const std::lock_guard<std::mutex> lock(telling);
    return std::exchange(told_of, {});
}

struct Person {
    allod::Key key;
    allod::Signer signer;
    allod::Store store;
    allod::Agent agent;
    string did;

    explicit Person(Algorithm algorithm, allod::Store where = allod::Store::memory())
        : key(allod::Key::generate(algorithm)), signer(allod::Signer::from_key(key)), store(std::move(where)),
          agent(signer, store), did(key.did()) {}
};

string delegation(const Person &to, const Person &about) {
    return R"({"audience":")" + to.did + R"(","subject":")" + about.did + R"(","command":"/photos","expires":1800100000})";
}

string invocation(const Person &about) {
    return R"({"subject":")" + about.did + R"(","command":"/photos/count","arguments":{"album":"summer"}})";
}

void keys() {
    for (Algorithm algorithm : {Algorithm::ed25519, Algorithm::p256, Algorithm::secp256k1}) {
        const auto key = allod::Key::generate(algorithm);
        CHECK(key.algorithm() == algorithm);
        const Bytes message = {1, 2, 3}, signature = key.sign(message);
        allod::verify(algorithm, key.public_key(), message, signature);
        FAILS(allod::verify(algorithm, key.public_key(), "other", signature), ALLOD_BAD_SIGNATURE);
        CHECK(allod::Key::from_seed(algorithm, key.danger_export_seed().view()).did() == key.did());
        CHECK(allod::Key::from_jwk(key.danger_export_jwk().view()).did() == key.did());
        CHECK(allod::Key::from_pkcs8(key.danger_export_pkcs8().view()).did() == key.did());
        CHECK(allod::did_of_key(algorithm, key.public_key()) == key.did());
        CHECK(has(allod::read_did(key.did()), R"("verifiable":true)"));
        CHECK(has(allod::document_for(key.did()), key.did()));
    }
    FAILS(allod::Key::from_pem("no PEM"), ALLOD_MALFORMED);
    FAILS(allod::Key::from_seed(Algorithm::p256, Bytes{}), ALLOD_BAD_ARGUMENT);
    FAILS(allod::Key::from_seed(Algorithm::p256, static_cast<const char *>(nullptr)), ALLOD_NULL_ARGUMENT);
}

void moving() {
    auto one = allod::Key::generate(Algorithm::ed25519);
    const string did = one.did();
    auto other = std::move(one);
    CHECK(!one && other && other.did() == did);
    FAILS(one.did(), ALLOD_NULL_ARGUMENT);
    const std::size_t live = allod::live_handles();
    other = allod::Key::generate(Algorithm::p256);
    CHECK(allod::live_handles() == live);
    CHECK(other.did() != did);
    auto &same = other;
    other = std::move(same);
    CHECK(bool(other));
    allod::Store gone = allod::Store::memory(), kept = std::move(gone);
    // An empty store is not the same as none.
    FAILS(allod::Evidence(R"({"now":1,"dangerWithoutRevocations":true})", gone), ALLOD_NULL_ARGUMENT);
    allod::Evidence evidence(R"({"now":1})", kept);
    CHECK(!std::is_copy_constructible_v<allod::Key> && !std::is_copy_assignable_v<allod::Decision>);
}

void values() {
    CHECK(allod::is_compatible() && has(allod::version(), "."));
    const Bytes cbor = allod::convert<Bytes>(R"({"a":[1,2]})");
    CHECK(!cbor.empty() && cbor[0] == 0xa1);
    CHECK(allod::convert(cbor) == R"({"a":[1,2]})");
    CHECK(allod::command_covers("/photos", "/photos/count") && !allod::command_covers("/photos", "/photosets"));
    CHECK(allod::read_cid(allod::cid_of(cbor)) == allod::cid_of(cbor));
    const string policy = R"([["==",".album","summer"]])";
    CHECK(has(allod::policy_words(policy), "words"));
    CHECK(has(allod::evaluate_policy(policy, R"({"album":"summer"})"), R"("truth":"true")"));
    CHECK(has(allod::evaluate_policy(policy, R"({"album":"winter"})"), R"("truth":"false")"));
    FAILS(allod::convert("{\"\xff\":1}"), ALLOD_BAD_UTF8);
    FAILS(allod::convert("3"), ALLOD_BAD_ARGUMENT);
    // What is empty is not left out.
    FAILS(allod::Authorizer("did:web:example.com", ""), ALLOD_MALFORMED);
    FAILS(allod::Authorizer("did:web:example.com", std::string_view()), ALLOD_MALFORMED);
    FAILS(allod::Authorizer(""), ALLOD_MALFORMED);
}

/// Counts what of it is alive.
struct Counted {
    explicit Counted(std::atomic<int> &count) : alive(&count) { ++*alive; }
    Counted(const Counted &other) : alive(other.alive) { ++*alive; }
    Counted &operator=(const Counted &) = delete;
    ~Counted() { --*alive; }
    std::atomic<int> *alive;
};

/// Throws when it goes for good.
struct Bomb {
    explicit Bomb(std::atomic<int> &count) : gone(&count) {}
    Bomb(Bomb &&other) noexcept : gone(std::exchange(other.gone, nullptr)) {}
    Bomb &operator=(Bomb &&) = delete;
    ~Bomb() noexcept(false) {
        if (gone == nullptr) return;
        ++*gone;
        throw std::runtime_error("thrown by a destructor");
    }
    std::atomic<int> *gone;
};

void signers() {
    const auto key = allod::Key::generate(Algorithm::ed25519);
    const Bytes of = key.public_key();
    const string asked =
        R"({"audience":")" + key.did() + R"(","subject":")" + key.did() + R"(","command":"/photos","expires":1800100000})";
    std::atomic<int> alive = 0;
    int how = 0;
    {
        std::function<Bytes(const Bytes &)> sign = [&, counted = Counted(alive)](const Bytes &message) -> Bytes {
            switch (how) {
            case 1: throw allod::SigningRefused();
            case 2: throw allod::KeyUnavailable();
            case 3: throw std::runtime_error("out of order");
            case 4: throw 4;
            case 5: return Bytes(81);
            case 6: return {};
            // Would go through the stack, were it copied.
            case 7: return Bytes(1 << 24, 1);
            case 8: return Bytes(64, 7);
            default: return key.sign(message);
            }
        };
        const auto signer = allod::Signer::from_function(Algorithm::ed25519, of, std::move(sign));
        CHECK(signer.did() == key.did());
        allod::Token::delegation(signer, asked).verify();
        how = 1;
        FAILS(allod::Token::delegation(signer, asked), ALLOD_SIGNING_REFUSED);
        how = 2;
        FAILS(allod::Token::delegation(signer, asked), ALLOD_SIGNER_UNAVAILABLE);
        CHECK(told().empty());
        for (how = 3; how <= 7; how++) FAILS(allod::Token::delegation(signer, asked), ALLOD_SIGNING_FAILED);
        CHECK((told() == std::vector<string>{"out of order", "4"}));
        // What is told of it goes no further, and without anyone to tell nothing else changes.
        allod::on_failure([](std::exception_ptr) { throw std::runtime_error("the log is full"); });
        how = 3;
        FAILS(allod::Token::delegation(signer, asked), ALLOD_SIGNING_FAILED);
        allod::on_failure(nullptr);
        FAILS(allod::Token::delegation(signer, asked), ALLOD_SIGNING_FAILED);
        allod::on_failure(tell);
        how = 8;
        FAILS(allod::Token::delegation(signer, asked), ALLOD_BAD_SIGNATURE);
        how = 0;
        const auto acting = signer.acting_as("did:web:example.com");
        CHECK(acting.did() == "did:web:example.com");
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
    // What was not taken goes as well, and once.
    const auto another = allod::Key::generate(Algorithm::ed25519);
    const auto signs = [&, counted = Counted(alive)](const Bytes &message) { return key.sign(message); };
    FAILS(allod::Signer::from_function(Algorithm::ed25519, of, signs, another.did()), ALLOD_NOT_THE_ISSUERS_KEY);
    FAILS(allod::Signer::from_function(Algorithm::p256, of, signs), ALLOD_MALFORMED);
    CHECK(alive == 1);

    std::atomic<int> gone = 0;
    {
        const auto signer = allod::Signer::from_function(
            Algorithm::ed25519, of, [&key, bomb = Bomb(gone)](const Bytes &message) { return key.sign(message); });
        allod::Token::delegation(signer, asked).verify();
    }
    CHECK(gone == 1 && (told() == std::vector<string>{"thrown by a destructor"}));
    FAILS(
        allod::Signer::from_function(
            Algorithm::p256, of, [bomb = Bomb(gone)](const Bytes &) { return Bytes(); }),
        ALLOD_MALFORMED);
    CHECK(gone == 2 && told().size() == 1);
}

void elsewhere() {
    const Person alice(Algorithm::p256), bob(Algorithm::ed25519);
    const Bytes of = alice.key.public_key();
    const allod::Issuer issuer(Algorithm::p256, of);
    const auto finish = [&](const allod::Unsigned &half) { return half.attach(alice.key.sign(half.bytes())); };
    const auto given = finish(allod::Unsigned::delegation(issuer, delegation(bob, alice)));
    const auto asked = finish(allod::Unsigned::invocation(issuer, R"({"subject":")" + alice.did + R"(","command":"/a"})"));
    const string claims = asked.claims();
    const auto task = claims.find(R"("task":")") + 8;
    const string ran = claims.substr(task, claims.find('"', task) - task);
    const string taken = R"({"revoke":")" + given.cid() + R"(","subject":")" + alice.did + R"("})";
    const string receipt = R"({"ran":")" + ran + R"(","out":{"ok":{}}})";
    CHECK(given.kind() == allod::Kind::delegation && asked.kind() == allod::Kind::invocation);
    CHECK(finish(allod::Unsigned::revocation(issuer, taken)).kind() == allod::Kind::revocation);
    CHECK(finish(allod::Unsigned::receipt(issuer, receipt)).kind() == allod::Kind::receipt);
    CHECK(allod::Token::revocation(alice.signer, taken).kind() == allod::Kind::revocation);
    CHECK(allod::Token::receipt(alice.signer, receipt).kind() == allod::Kind::receipt);
    CHECK(allod::Token::invocation(alice.signer, R"({"subject":")" + alice.did + R"(","command":"/a"})").kind() == allod::Kind::invocation);
    const auto half = allod::Unsigned::delegation(issuer, delegation(bob, alice));
    FAILS(half.attach(bob.key.sign(half.bytes())), ALLOD_BAD_SIGNATURE);
    CHECK(allod::Token::parse(given.bytes()).cid() == given.cid());
    CHECK(!given.claims<Bytes>().empty());
    CHECK(allod::delegation_lints(delegation(bob, alice))[0] == '[');

    const auto both = allod::Container::of({&given, &asked});
    CHECK(both.size() == 2 && allod::Container::read(both.text()).size() == 2);
    CHECK(allod::Container::read(both.bytes(allod::Encoding::gzip)).token(0).kind() <= allod::Kind::invocation);
    CHECK(has(both.contents(), given.cid()));
    FAILS(allod::Container::of({&given, nullptr}), ALLOD_NULL_ARGUMENT);
}

void handlers() {
    const Person alice(Algorithm::ed25519);
    std::atomic<int> alive = 0, gone = 0;
    int how = 0;
    {
        const allod::Executor executor(alice.signer, alice.store, R"({"log":"arguments"})");
        CHECK(executor.did() == alice.did);
        executor.handle("/photos/count", [&, counted = Counted(alive)](std::string_view grant, allod::Reply &reply) {
            CHECK(has(string(grant), R"("album":"summer")"));
            reply.ok(R"({"count":3})");
            switch (how) {
            case 1: return reply.error(R"({"reason":"full"})");
            case 2: throw std::runtime_error("it broke");
            case 3: throw 3;
            case 4: return reply.ok();
            case 5: return reply.error();
            // An error of the library, out of the handler.
            case 6: return reply.ok("no value");
            default: return;
            }
        });
        CHECK(alive == 1);
        const char *const expected[] = {
            R"("ok":{"count":3})", R"("error":{"reason":"full"})", R"({"reason":"handler-failed"})", R"({"reason":"handler-failed"})",
            R"("ok":null)", R"("error":null)", R"({"reason":"handler-failed"})"};
        for (how = 0; how < 7; how++) {
            const auto sent = alice.agent.invoke(invocation(alice), now);
            const auto execution = executor.execute(sent.container.bytes(), now);
            CHECK(execution.outcome() == allod::Outcome::executed);
            CHECK(has(execution.write(), expected[how]));
            CHECK(execution.receipt()->kind() == allod::Kind::receipt);
            CHECK(executor.execute(sent.container.text(), now).outcome() == allod::Outcome::executed_before);
        }
        const auto thrown = told();
        CHECK(thrown.size() == 3 && thrown[0] == "it broke" && thrown[1] == "3" && !thrown[2].empty());
        CHECK(executor.execute(allod::Container::of({}).bytes(), now).outcome() == allod::Outcome::denied);
        FAILS(executor.execute("nothing", now), ALLOD_MALFORMED);
        const auto never = [counted = Counted(alive)](std::string_view, allod::Reply &) {};
        FAILS(executor.handle("/photos/count", never), ALLOD_HANDLER_TAKEN);
        CHECK(alive == 2);
        executor.handle("/bomb", [bomb = Bomb(gone)](std::string_view, allod::Reply &) {}, ALLOD_AND_BELOW, ALLOD_DAG_CBOR);
        FAILS(executor.handle("/bomb", [bomb = Bomb(gone)](std::string_view, allod::Reply &) {}), ALLOD_HANDLER_TAKEN);
        CHECK(gone == 1);
    }
    CHECK(alive == 0 && gone == 2 && told().size() == 2);
    CHECK(has(alice.store.log(), R"("verdict":"executed")"));
}

void flow(allod::Store where) {
    const Person alice(Algorithm::ed25519, std::move(where)), bob(Algorithm::p256);
    const auto given = alice.agent.grant(delegation(bob, alice), now);
    CHECK(has(bob.agent.receive(allod::Container::read(given.container.text())), R"("new":1)"));
    CHECK(has(bob.agent.find_chain(R"({"subject":")" + alice.did + R"(","command":"/photos"})", now), "chain"));
    CHECK(has(bob.agent.delegations(now), R"("state":"valid")"));
    CHECK(bob.agent.did() == bob.did);
    const auto asked = bob.agent.invoke(invocation(alice), now);
    const allod::Authorizer authorizer(alice.did);
    const allod::Evidence evidence(R"({"now":1800000000})", alice.store);
    const auto decision = authorizer.decide(asked.container.text(), evidence);
    CHECK(decision.is_allowed() && decision.code() == ALLOD_OK && decision.message().empty());
    CHECK(decision.arguments() == R"({"album":"summer"})");
    CHECK(authorizer.decide(asked.container.text(), evidence, asked.token.cid()).is_allowed());
    CHECK(!authorizer.decide(asked.container.text(), evidence, given.token.cid()).is_allowed());
    FAILS(authorizer.decide(asked.container.text(), evidence, ""), ALLOD_MALFORMED);
    CHECK(authorizer.decide_invocation(asked.token.bytes(), evidence).code() == ALLOD_PROOF_MISSING);
    CHECK(has(authorizer.needs(asked.container.text(), evidence), given.token.cid()));

    const auto &store = alice.store;
    CHECK(!store.put_delegation(given.token) && store.delegation(given.token.cid()) && !store.delegation(asked.token.cid()));
    CHECK(has(store.delegations(R"({"by":")" + alice.did + R"("})"), "delegations"));
    store.set_name("bob", bob.did);
    CHECK(has(store.names(), R"("name":"bob")"));
    store.set_name("bob", std::nullopt);
    CHECK(store.names() == "[]");
    CHECK(!store.synced_at());
    store.set_synced_at(now);
    CHECK(store.synced_at() == now);
    CHECK(store.receipts(given.token.cid(), alice.did, 3) == "[]");
    CHECK(!store.export_revocations().container);

    const auto linked = alice.agent.link_device(R"({"device":")" + bob.did + R"(","asOneself":true})", now);
    CHECK(linked.is_complete && linked.container.size() > 0);
    const allod::Executor executor(bob.signer, bob.store, R"({"subjects":[")" + alice.did + R"("]})");
    const auto revoked = alice.agent.revoke(given.token.cid(), now);
    CHECK(has(executor.take_up_revocations(revoked.container), R"("result":"new")"));
    CHECK(store.is_revoked(given.token.cid(), alice.did));
    CHECK(executor.sweep() == 0);
    const auto exported = store.export_revocations();
    CHECK(exported.container && exported.container->size() > 0);
    if (exported.next) CHECK(!store.export_revocations(exported.next).next);
    const auto denied = authorizer.decide(asked.container.text(), evidence);
    CHECK(!denied.is_allowed() && denied.code() == ALLOD_REVOKED && !denied.message().empty() && !denied.remedy().empty());
    CHECK(has(denied.to_other_side(), "revoked") && has(denied.write(), R"("ok":false)"));
    FAILS(denied.arguments(), ALLOD_BAD_ARGUMENT);
    CHECK(store.remove_delegation(given.token.cid()) && !store.remove_delegation(given.token.cid()));
    CHECK(has(store.sweep(1), "receipts"));
    store.danger_set_latest_time(now);
}

void files() {
    flow(allod::Store::create(path("one.allod")));
    const auto store = allod::Store::open(path("one.allod"));
    store.backup(path("copy.allod"));
    CHECK(allod::Store::open_or_create(path("copy.allod")).synced_at() == now);
    FAILS(allod::Store::create(path("copy.allod")), ALLOD_STORE_ALREADY_THERE);
    FAILS(allod::Store::open(path("none.allod")), ALLOD_STORE_NOT_THERE);
}

/// A handler that throws half of the time, called by many.
void threads() {
    const Person alice(Algorithm::ed25519);
    std::atomic<int> calls = 0, executed = 0;
    const allod::Executor executor(alice.signer, alice.store);
    executor.handle("/photos/count", [&](std::string_view, allod::Reply &reply) {
        if (calls++ % 2 == 0) throw std::runtime_error("it broke");
        reply.ok(R"({"count":3})");
    });
    std::vector<std::thread> all;
    for (int at = 0; at < 16; at++) {
        all.emplace_back([&] {
            const auto sent = alice.agent.invoke(invocation(alice), now);
            if (executor.execute(sent.container.bytes(), now).outcome() == allod::Outcome::executed) executed++;
        });
    }
    for (auto &one : all) one.join();
    CHECK(calls == 16 && executed == 16 && (told() == std::vector<string>(8, "it broke")));
}

} // namespace

int main(int count, char **arguments) {
    if (count < 2) return 2;
    folder = arguments[1];
    // What waits for itself fails, and does not wait for ever.
    alarm(400);
    allod::on_failure(tell);
    keys();
    moving();
    values();
    signers();
    elsewhere();
    handlers();
    flow(allod::Store::memory());
    files();
    threads();
    CHECK(allod::live_handles() == 0);
}
