// Calls what docs/c.md defines: what the other side is told of what it sent.

#include <allod.hpp>

#include <cstdio>
#include <functional>

void serve(allod::Executor &executor, std::function<int(std::string_view grant)> count);

struct Answer {
    allod::Bytes receipt;
    std::string why;
};

Answer answer(
    allod::Executor &executor, const allod::Bytes &request, allod::Seconds now,
    std::function<std::string(const std::string &execution)> shown);

namespace {

constexpr allod::Seconds now = 1800000000;

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

int failed = 0;

void check(bool condition, const char *what) {
    if (condition) return;
    std::fprintf(stderr, "answer.cpp: not so: %s\n", what);
    failed = 1;
}

} // namespace

int main() {
    const auto signer = allod::Signer::from_key(allod::Key::generate(allod::Algorithm::ed25519));
    const auto store = allod::Store::memory();
    const allod::Agent alice(signer, store);
    allod::Executor executor(signer, store);
    serve(executor, [](std::string_view grant) { return has(std::string(grant), "summer") ? 3 : 0; });
    const auto asked = [&](const char *command, allod::Seconds when = now) {
        const auto sent = alice.invoke(
            R"({"subject":")" + alice.did() + R"(","command":")" + command + R"(","arguments":{"album":"summer"}})", when);
        return sent.container.bytes();
    };
    int shown = 0;
    const auto told = [&](const allod::Bytes &request, allod::Seconds when) {
        return answer(executor, request, when, [&](const std::string &execution) {
            shown++;
            check(has(execution, R"("public":{)") && has(execution, R"("denial":{)"), "there is something to show of a denial");
            return std::string("what is shown");
        });
    };
    const auto receipt = told(asked("/photos/count"), now);
    check(has(allod::Token::parse(receipt.receipt).claims(), R"("ok":{"count":3})") && receipt.why.empty(), "a receipt");
    const auto denied = told(asked("/photos/count"), now + 100000);
    check(denied.receipt.empty() && denied.why == "what is shown" && shown == 1, "a denial shows what may be seen of it");
    const auto refused = told(asked("/photos/print"), now);
    check(refused.receipt.empty() && has(refused.why, "no-receipt"), "nobody does such a thing");
    const auto garbage = told({1, 2, 3}, now);
    check(garbage.receipt.empty() && has(garbage.why, "malformed"), "garbage is answered, and not thrown");
    // A clock that is set back is no fault of who sent it.
    const auto back = told(asked("/photos/count", now - 100000), now - 100000);
    check(back.receipt.empty() && has(back.why, "unavailable"), "what is wrong here is not told");
    return failed;
}
