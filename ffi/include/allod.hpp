// allod for C++17: what allod.h has, as classes that free themselves and exceptions. All in this one header, so that nothing
// has to be built for it; that is why it is long.
//
// Questions, options and policies go in as text in DAG-JSON, or as bytes in DAG-CBOR. What is structured comes back as text in
// DAG-JSON, or as DAG-CBOR where `allod::Bytes` is asked for: `token.claims()`, `token.claims<allod::Bytes>()`. What the
// fields are is said in allod.h, beside the function of the same name.
//
// A call that fails throws `allod::Error`. A decision that denies is a result. Objects can be moved and not copied; they may
// be used by any number of threads. One that was moved from is empty, and using it is the error "null-argument".

#ifndef ALLOD_HPP
#define ALLOD_HPP

#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "allod.h"

namespace allod {

using Bytes = std::vector<std::uint8_t>;

/// Seconds since 1970.
using Seconds = std::int64_t;

enum class Algorithm : std::uint32_t { ed25519 = ALLOD_ED25519, p256 = ALLOD_P256, secp256k1 = ALLOD_SECP256K1 };

enum class Kind : std::uint32_t {
    delegation = ALLOD_KIND_DELEGATION,
    invocation = ALLOD_KIND_INVOCATION,
    receipt = ALLOD_KIND_RECEIPT,
    revocation = ALLOD_KIND_REVOCATION
};

enum class Encoding : std::uint32_t {
    raw = ALLOD_RAW,
    base64 = ALLOD_BASE64,
    base64url = ALLOD_BASE64URL,
    gzip = ALLOD_GZIP,
    gzip_base64 = ALLOD_GZIP_BASE64,
    gzip_base64url = ALLOD_GZIP_BASE64URL
};

enum class Outcome : std::uint32_t {
    executed = ALLOD_OUTCOME_EXECUTED,
    denied = ALLOD_OUTCOME_DENIED,
    executed_before = ALLOD_OUTCOME_EXECUTED_BEFORE,
    running = ALLOD_OUTCOME_RUNNING,
    outcome_unknown = ALLOD_OUTCOME_UNKNOWN,
    awaits = ALLOD_OUTCOME_AWAITS,
    refused = ALLOD_OUTCOME_REFUSED
};

/// Why a call did not do what it was asked.
class Error : public std::exception {
public:
    Error(std::uint32_t number, std::string name, std::string message, std::string remedy)
        : number_(number), name_(std::move(name)), message_(std::move(message)), remedy_(std::move(remedy)) {}

    /// One of the ALLOD_ constants.
    std::uint32_t number() const noexcept { return number_; }
    /// In kebab case, stable for ever.
    const std::string &name() const noexcept { return name_; }
    const std::string &message() const noexcept { return message_; }
    const std::string &remedy() const noexcept { return remedy_; }
    const char *what() const noexcept override { return message_.c_str(); }

private:
    std::uint32_t number_;
    std::string name_, message_, remedy_;
};

/// Thrown by a function that signs: the person, or the policy of the device, said no.
struct SigningRefused : std::exception {
    const char *what() const noexcept override { return "refused to sign"; }
};

/// Thrown by a function that signs: the key cannot be reached now.
struct KeyUnavailable : std::exception {
    const char *what() const noexcept override { return "the key is unavailable"; }
};

/// Is given what a function of the host threw.
using FailureHook = void (*)(std::exception_ptr);

namespace detail {

inline std::atomic<FailureHook> failure_hook{nullptr};

/// Where something was caught that cannot pass through C.
inline void report_failure() noexcept {
    const FailureHook hook = failure_hook.load();
    if (hook == nullptr) return;
    try {
        hook(std::current_exception());
    } catch (...) {
    }
}

} // namespace detail

/// Whom to tell what handlers and functions that sign threw, and what they hold as it went: for a log. Nothing thrown passes through C,
/// so the library learns only that they failed, and without a hook the reason is lost. `SigningRefused` and `KeyUnavailable` are
/// answers, and not told. It is called where it was thrown, by several threads at once; what it throws itself is dropped.
inline void on_failure(FailureHook hook) noexcept { detail::failure_hook.store(hook); }

/// Bytes or text on their way in. They have to be there until the call returns. What is empty is not the same as left out.
class View {
public:
    View(std::string_view text) noexcept : View(text.data(), text.size()) {}
    View(const std::string &text) noexcept : View(text.data(), text.size()) {}
    /// A null pointer is the error "null-argument".
    View(const char *text) noexcept : View(text, text == nullptr ? 1 : std::strlen(text)) {}
    View(const Bytes &bytes) noexcept : View(bytes.data(), bytes.size()) {}
    View(const void *data, std::size_t size) noexcept : data_(data == nullptr && size == 0 ? "" : data), size_(size) {}
    View(std::nullptr_t) = delete;

    const void *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    const void *data_;
    std::size_t size_;
};

namespace detail {

template <class T, bool (*Free)(T *)>
class Handle {
public:
    using Raw = T;

    explicit Handle(T *raw) noexcept : raw_(raw) {}
    Handle(Handle &&other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept {
        if (this != &other) {
            Free(raw_);
            raw_ = std::exchange(other.raw_, nullptr);
        }
        return *this;
    }
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    ~Handle() { Free(raw_); }

    /// For functions of allod.h: it stays this object's to free.
    T *get() const noexcept { return raw_; }
    /// Whether it was not moved from.
    explicit operator bool() const noexcept { return raw_ != nullptr; }

private:
    T *raw_;
};

using OwnedBytes = Handle<AllodBytes, allod_bytes_free>;
using OwnedError = Handle<AllodError, allod_error_free>;

/// Throws what went wrong.
inline void check(AllodError *error) {
    if (error == nullptr) return;
    const OwnedError owned(error);
    throw Error(allod_error_number(error), allod_error_name(error), allod_error_message(error), allod_error_remedy(error));
}

template <class H, class Call>
H made(Call call) {
    typename H::Raw *raw = nullptr;
    check(call(&raw));
    return H(raw);
}

template <class H, class Call>
std::optional<H> maybe_made(Call call) {
    typename H::Raw *raw = nullptr;
    check(call(&raw));
    if (raw == nullptr) return std::nullopt;
    return H(raw);
}

template <class T, class Call>
T value(Call call) {
    T out{};
    check(call(&out));
    return out;
}

/// `std::string` or `Bytes`.
template <class As>
As copied(const OwnedBytes &bytes) {
    static_assert(std::is_same_v<As, std::string> || std::is_same_v<As, Bytes>, "as std::string or as allod::Bytes");
    const std::uint8_t *data = allod_bytes_data(bytes.get());
    return As(data, data + allod_bytes_len(bytes.get()));
}

template <class As, class Call>
As bytes(Call call) {
    return copied<As>(made<OwnedBytes>(call));
}

/// What is structured: text in DAG-JSON, bytes in DAG-CBOR.
template <class As, class Call>
As structured(Call call) {
    constexpr std::uint32_t format = std::is_same_v<As, Bytes> ? ALLOD_DAG_CBOR : ALLOD_DAG_JSON;
    return bytes<As>([&](AllodBytes **out) { return call(format, out); });
}

/// A text that may be left out.
struct Maybe {
    Maybe(const std::optional<std::string_view> &text) noexcept : data(nullptr), size(0) {
        if (text) {
            data = text->data() == nullptr ? "" : text->data();
            size = text->size();
        }
    }
    const char *data;
    std::size_t size;
};

/// A function of the host. What it holds may throw when it goes, so its end is not noexcept, and is caught below.
template <class Function>
struct Held {
    explicit Held(Function held) : function(std::move(held)) {}
    Function function;

    /// Nothing that is thrown passes into C.
    static void drop(void *context) noexcept {
        try {
            delete static_cast<Held *>(context);
        } catch (...) {
            report_failure();
        }
    }

    struct Drop {
        void operator()(Held *held) const noexcept { drop(held); }
    };

    /// This side's, until the library has taken it.
    static std::unique_ptr<Held, Drop> make(Function function) {
        return std::unique_ptr<Held, Drop>(new Held(std::move(function)));
    }
};

} // namespace detail

/// A secret, which is wiped when it goes. Copies of what it shows are not.
class Secret : public detail::OwnedBytes {
public:
    using Handle::Handle;
    std::string_view view() const noexcept {
        const void *data = allod_bytes_data(get());
        return {static_cast<const char *>(data), allod_bytes_len(get())};
    }
};

/// A secret key in memory. It is wiped when nothing uses it any more.
class Key : public detail::Handle<AllodKey, allod_key_free> {
public:
    using Handle::Handle;

    static Key generate(Algorithm algorithm) {
        return detail::made<Key>([&](auto out) { return allod_key_generate(std::uint32_t(algorithm), out); });
    }
    static Key from_seed(Algorithm algorithm, View seed) {
        return detail::made<Key>(
            [&](auto out) { return allod_key_from_seed(std::uint32_t(algorithm), seed.data(), seed.size(), out); });
    }
    static Key from_jwk(std::string_view jwk) {
        return detail::made<Key>([&](auto out) { return allod_key_from_jwk(jwk.data(), jwk.size(), out); });
    }
    static Key from_pkcs8(View der) {
        return detail::made<Key>([&](auto out) { return allod_key_from_pkcs8(der.data(), der.size(), out); });
    }
    static Key from_pem(std::string_view pem) {
        return detail::made<Key>([&](auto out) { return allod_key_from_pem(pem.data(), pem.size(), out); });
    }

    Secret danger_export_seed() const {
        return detail::made<Secret>([&](auto out) { return allod_key_danger_export_seed(get(), out); });
    }
    Secret danger_export_jwk() const {
        return detail::made<Secret>([&](auto out) { return allod_key_danger_export_jwk(get(), out); });
    }
    Secret danger_export_pkcs8() const {
        return detail::made<Secret>([&](auto out) { return allod_key_danger_export_pkcs8(get(), out); });
    }
    std::string did() const {
        return detail::bytes<std::string>([&](auto out) { return allod_key_did(get(), out); });
    }
    Algorithm algorithm() const {
        return Algorithm(detail::value<std::uint32_t>([&](auto out) { return allod_key_algorithm(get(), out); }));
    }
    Bytes public_key() const {
        return detail::bytes<Bytes>([&](auto out) { return allod_key_public(get(), out); });
    }
    /// 64 bytes.
    Bytes sign(View message) const {
        Bytes signature(64);
        detail::check(allod_key_sign(get(), message.data(), message.size(), signature.data()));
        return signature;
    }
};

/// Throws "bad-signature" for one that is not the key's over the message.
inline void verify(Algorithm algorithm, View public_key, View message, View signature) {
    detail::check(allod_public_key_verify(
        std::uint32_t(algorithm), public_key.data(), public_key.size(), message.data(), message.size(), signature.data(),
        signature.size()));
}

/// Whoever signs for a DID.
class Signer : public detail::Handle<AllodSigner, allod_signer_free> {
public:
    using Handle::Handle;

    static Signer from_key(const Key &key) {
        return detail::made<Signer>([&](auto out) { return allod_signer_from_key(key.get(), out); });
    }

    /// Signs with a function `Bytes(const Bytes &message)`, a std::function, say. It may be called by several threads at once.
    /// It throws `SigningRefused` or `KeyUnavailable`; whatever else it throws is a failure to sign: see `on_failure`. For ECDSA it signs the
    /// SHA-256 of the message, and answers with DER or raw r and s.
    template <class Function>
    static Signer from_function(
        Algorithm algorithm, View public_key, Function function, std::optional<std::string_view> did = std::nullopt) {
        static_assert(std::is_invocable_r_v<Bytes, Function &, const Bytes &>, "a function Bytes(const Bytes &message)");
        using Held = detail::Held<Function>;
        auto held = Held::make(std::move(function));
        const detail::Maybe whom(did);
        auto signer = detail::made<Signer>([&](auto out) {
            return allod_signer_new(
                std::uint32_t(algorithm), public_key.data(), public_key.size(), whom.data, whom.size, sign<Held>, held.get(),
                Held::drop, out);
        });
        // It is the library's from here on.
        (void)held.release();
        return signer;
    }

    /// The same key for another DID: a did:web whose document lists it.
    Signer acting_as(std::string_view did) const {
        return detail::made<Signer>([&](auto out) { return allod_signer_acting_as(get(), did.data(), did.size(), out); });
    }
    std::string did() const {
        return detail::bytes<std::string>([&](auto out) { return allod_signer_did(get(), out); });
    }

private:
    template <class Held>
    static std::int32_t sign(
        void *context, const std::uint8_t *message, std::size_t message_len, std::uint8_t *signature,
        std::size_t *signature_len) noexcept {
        constexpr std::int32_t failed = -1;
        try {
            const Bytes made = static_cast<Held *>(context)->function(Bytes(message, message + message_len));
            if (made.size() > *signature_len) return failed;
            if (!made.empty()) std::memcpy(signature, made.data(), made.size());
            *signature_len = made.size();
            return 0;
        } catch (const SigningRefused &) {
            return ALLOD_SIGN_REFUSED;
        } catch (const KeyUnavailable &) {
            return ALLOD_SIGN_UNAVAILABLE;
        } catch (...) {
            detail::report_failure();
            return failed;
        }
    }
};

/// A token that has its form. What it says is powerless: only a decision counts.
class Token : public detail::Handle<AllodToken, allod_token_free> {
public:
    using Handle::Handle;

    static Token parse(View token) {
        return detail::made<Token>([&](auto out) { return allod_token_parse(token.data(), token.size(), out); });
    }
    static Token delegation(const Signer &signer, View delegation) {
        return detail::made<Token>(
            [&](auto out) { return allod_delegation_sign(signer.get(), delegation.data(), delegation.size(), out); });
    }
    static Token invocation(const Signer &signer, View invocation) {
        return detail::made<Token>(
            [&](auto out) { return allod_invocation_sign(signer.get(), invocation.data(), invocation.size(), out); });
    }
    static Token revocation(const Signer &signer, View revocation) {
        return detail::made<Token>(
            [&](auto out) { return allod_revocation_sign(signer.get(), revocation.data(), revocation.size(), out); });
    }
    static Token receipt(const Signer &signer, View receipt) {
        return detail::made<Token>(
            [&](auto out) { return allod_receipt_sign(signer.get(), receipt.data(), receipt.size(), out); });
    }

    Kind kind() const {
        return Kind(detail::value<std::uint32_t>([&](auto out) { return allod_token_kind(get(), out); }));
    }
    Bytes bytes() const {
        return detail::bytes<Bytes>([&](auto out) { return allod_token_bytes(get(), out); });
    }
    std::string cid() const {
        return detail::bytes<std::string>([&](auto out) { return allod_token_cid(get(), out); });
    }
    template <class As = std::string>
    As claims() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_token_claims(get(), format, out); });
    }
    /// Throws where its signature is not its issuer's.
    void verify(View options = "{}") const { detail::check(allod_token_verify(get(), options.data(), options.size())); }
};

/// Whose key is elsewhere, who issues a token: the key's own did:key, unless another DID is named.
struct Issuer {
    Issuer(Algorithm of, View public_key, std::optional<std::string_view> named = std::nullopt)
        : algorithm(std::uint32_t(of)), key(static_cast<const char *>(public_key.data()), public_key.size()), did(named) {}
    std::uint32_t algorithm;
    // Of its own: what it was made with may be gone when it is used.
    std::string key;
    std::optional<std::string> did;
};

/// A token that lacks only its signature.
class Unsigned : public detail::Handle<AllodUnsigned, allod_unsigned_free> {
public:
    using Handle::Handle;

    static Unsigned delegation(const Issuer &issuer, View delegation) { return make<allod_delegation_to_sign>(issuer, delegation); }
    static Unsigned invocation(const Issuer &issuer, View invocation) { return make<allod_invocation_to_sign>(issuer, invocation); }
    static Unsigned revocation(const Issuer &issuer, View revocation) { return make<allod_revocation_to_sign>(issuer, revocation); }
    static Unsigned receipt(const Issuer &issuer, View receipt) { return make<allod_receipt_to_sign>(issuer, receipt); }

    /// What the issuer has to sign.
    Bytes bytes() const {
        return detail::bytes<Bytes>([&](auto out) { return allod_unsigned_bytes(get(), out); });
    }
    Token attach(View signature) const {
        return detail::made<Token>(
            [&](auto out) { return allod_unsigned_attach(get(), signature.data(), signature.size(), out); });
    }

private:
    template <auto Call>
    static Unsigned make(const Issuer &issuer, View asked) {
        return detail::made<Unsigned>([&](auto out) {
            const detail::Maybe did(issuer.did ? std::optional<std::string_view>(*issuer.did) : std::nullopt);
            return Call(
                issuer.algorithm, issuer.key.data(), issuer.key.size(), did.data, did.size, asked.data(), asked.size(), out);
        });
    }
};

/// Tokens that travel together.
class Container : public detail::Handle<AllodContainer, allod_container_free> {
public:
    using Handle::Handle;

    static Container read(View container) {
        return detail::made<Container>([&](auto out) { return allod_container_read(container.data(), container.size(), out); });
    }
    static Container of(const std::vector<const Token *> &tokens) {
        std::vector<const AllodToken *> raw;
        for (const Token *token : tokens) raw.push_back(token == nullptr ? nullptr : token->get());
        return detail::made<Container>([&](auto out) { return allod_container_of(raw.data(), raw.size(), out); });
    }

    /// As text, in one of the encodings that are.
    std::string text(Encoding encoding = Encoding::base64url) const { return write<std::string>(encoding); }
    Bytes bytes(Encoding encoding = Encoding::raw) const { return write<Bytes>(encoding); }
    std::size_t size() const {
        return detail::value<std::size_t>([&](auto out) { return allod_container_len(get(), out); });
    }
    Token token(std::size_t index) const {
        return detail::made<Token>([&](auto out) { return allod_container_token(get(), index, out); });
    }
    template <class As = std::string>
    As contents() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_container_contents(get(), format, out); });
    }

private:
    template <class As>
    As write(Encoding encoding) const {
        return detail::bytes<As>([&](auto out) { return allod_container_write(get(), std::uint32_t(encoding), out); });
    }
};

/// Where delegations, revocations, receipts, names, and what was executed are kept.
class Store : public detail::Handle<AllodStore, allod_store_free> {
public:
    using Handle::Handle;

    /// A part of the revocations that are kept, and where the next part begins.
    struct Revocations {
        std::optional<Container> container;
        std::optional<Bytes> next;
    };

    static Store memory() { return detail::made<Store>(allod_store_memory); }
    static Store create(std::string_view path) {
        return detail::made<Store>([&](auto out) { return allod_store_create(path.data(), path.size(), out); });
    }
    static Store open(std::string_view path) {
        return detail::made<Store>([&](auto out) { return allod_store_open(path.data(), path.size(), out); });
    }
    static Store open_or_create(std::string_view path) {
        return detail::made<Store>([&](auto out) { return allod_store_open_or_create(path.data(), path.size(), out); });
    }
    void backup(std::string_view path) const { detail::check(allod_store_backup(get(), path.data(), path.size())); }

    /// Whether it was not known before.
    bool put_delegation(const Token &token, View options = "{}") const {
        return detail::value<bool>(
            [&](auto out) { return allod_store_put_delegation(get(), token.get(), options.data(), options.size(), out); });
    }
    std::optional<Token> delegation(std::string_view cid) const {
        return detail::maybe_made<Token>([&](auto out) { return allod_store_delegation(get(), cid.data(), cid.size(), out); });
    }
    template <class As = std::string>
    As delegations(View query) const {
        return detail::structured<As>(
            [&](auto format, auto out) { return allod_store_delegations(get(), query.data(), query.size(), format, out); });
    }
    /// Whether it was there.
    bool remove_delegation(std::string_view cid) const {
        return detail::value<bool>(
            [&](auto out) { return allod_store_remove_delegation(get(), cid.data(), cid.size(), out); });
    }
    bool is_revoked(std::string_view delegation, std::string_view by) const {
        return detail::value<bool>([&](auto out) {
            return allod_store_is_revoked(get(), delegation.data(), delegation.size(), by.data(), by.size(), out);
        });
    }
    Revocations export_revocations(const std::optional<Bytes> &after = std::nullopt) const {
        AllodContainer *container = nullptr;
        AllodBytes *next = nullptr;
        const void *from = after ? after->data() : nullptr;
        detail::check(allod_store_export_revocations(get(), from, after ? after->size() : 0, &container, &next));
        std::optional<Container> tokens;
        if (container != nullptr) tokens.emplace(container);
        const detail::OwnedBytes cursor(next);
        return {std::move(tokens), next == nullptr ? std::nullopt : std::optional(detail::copied<Bytes>(cursor))};
    }
    std::optional<Seconds> synced_at() const {
        bool is_known = false;
        Seconds at = 0;
        detail::check(allod_store_synced_at(get(), &is_known, &at));
        return is_known ? std::optional(at) : std::nullopt;
    }
    void set_synced_at(Seconds at) const { detail::check(allod_store_set_synced_at(get(), at)); }
    template <class As = std::string>
    As names() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_store_names(get(), format, out); });
    }
    /// Without a DID the name is forgotten.
    void set_name(std::string_view name, std::optional<std::string_view> did) const {
        const detail::Maybe whose(did);
        detail::check(allod_store_set_name(get(), name.data(), name.size(), whose.data, whose.size));
    }
    template <class As = std::string>
    As receipts(std::string_view task, std::string_view issuer, std::size_t most) const {
        return detail::structured<As>([&](auto format, auto out) {
            return allod_store_receipts(get(), task.data(), task.size(), issuer.data(), issuer.size(), most, format, out);
        });
    }
    template <class As = std::string>
    As log(View query = "{}") const {
        return detail::structured<As>(
            [&](auto format, auto out) { return allod_store_log(get(), query.data(), query.size(), format, out); });
    }
    template <class As = std::string>
    As sweep(Seconds time) const {
        return detail::structured<As>([&](auto format, auto out) { return allod_store_sweep(get(), time, format, out); });
    }
    void danger_set_latest_time(Seconds time) const { detail::check(allod_store_danger_set_latest_time(get(), time)); }
};

/// Someone with a key, and a store of what was given to and by them.
class Agent : public detail::Handle<AllodAgent, allod_agent_free> {
public:
    using Handle::Handle;

    /// A token, and the container that has all that its reader needs.
    struct Sent {
        Token token;
        Container container;
    };

    /// What a device needs, and whether all that is held had room.
    struct Linked {
        Container container;
        bool is_complete;
    };

    Agent(const Signer &signer, const Store &store, View options = "{}")
        : Handle(detail::made<Agent>([&](auto out) {
              return allod_agent_new(signer.get(), store.get(), options.data(), options.size(), out);
          })) {}

    std::string did() const {
        return detail::bytes<std::string>([&](auto out) { return allod_agent_did(get(), out); });
    }
    Sent grant(View delegation, Seconds now) const {
        return sent([&](auto token, auto container) {
            return allod_agent_grant(get(), delegation.data(), delegation.size(), now, token, container);
        });
    }
    Sent invoke(View invocation, Seconds now) const {
        return sent([&](auto token, auto container) {
            return allod_agent_invoke(get(), invocation.data(), invocation.size(), now, token, container);
        });
    }
    Sent revoke(std::string_view delegation, Seconds now) const {
        return sent([&](auto token, auto container) {
            return allod_agent_revoke(get(), delegation.data(), delegation.size(), now, token, container);
        });
    }
    template <class As = std::string>
    As receive(const Container &container) const {
        return detail::structured<As>(
            [&](auto format, auto out) { return allod_agent_receive(get(), container.get(), format, out); });
    }
    Linked link_device(View link, Seconds now) const {
        bool is_complete = false;
        auto container = detail::made<Container>(
            [&](auto out) { return allod_agent_link_device(get(), link.data(), link.size(), now, out, &is_complete); });
        return {std::move(container), is_complete};
    }
    template <class As = std::string>
    As delegations(Seconds now) const {
        return detail::structured<As>(
            [&](auto format, auto out) { return allod_agent_delegations(get(), now, format, out); });
    }
    template <class As = std::string>
    As find_chain(View goal, Seconds now) const {
        return detail::structured<As>([&](auto format, auto out) {
            return allod_agent_find_chain(get(), goal.data(), goal.size(), now, format, out);
        });
    }

private:
    template <class Call>
    static Sent sent(Call call) {
        AllodToken *token = nullptr;
        AllodContainer *container = nullptr;
        detail::check(call(&token, &container));
        return {Token(token), Container(container)};
    }
};

/// What a decision rests on besides the request.
class Evidence : public detail::Handle<AllodEvidence, allod_evidence_free> {
public:
    using Handle::Handle;

    explicit Evidence(View facts) : Handle(from(facts, nullptr)) {}
    Evidence(View facts, const Store &store) : Handle(from(facts, needed(store))) {}

private:
    static Evidence from(View facts, const AllodStore *store) {
        return detail::made<Evidence>([&](auto out) { return allod_evidence_new(facts.data(), facts.size(), store, out); });
    }
    /// One that was moved from is not the same as none: a decision without it would know of no revocations.
    static const AllodStore *needed(const Store &store) {
        if (!store) throw Error(ALLOD_NULL_ARGUMENT, "null-argument", "store is empty", "pass what the message names");
        return store.get();
    }
};

/// A decision.
class Decision : public detail::Handle<AllodDecision, allod_decision_free> {
public:
    using Handle::Handle;

    /// `if (decision)` would be true for a denial, which is there as well: ask `is_allowed()`.
    explicit operator bool() const = delete;

    bool is_allowed() const noexcept { return allod_decision_is_allowed(get()); }
    /// ALLOD_OK where it is allowed.
    std::uint32_t code() const noexcept { return allod_decision_code(get()); }
    /// All of it, for a log. Its arguments may wait for results of other tasks, and then no policy has looked at them: what is
    /// to be executed is what `arguments()` says.
    template <class As = std::string>
    As write() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_decision_write(get(), format, out); });
    }
    /// What the other side may see of a denial.
    template <class As = std::string>
    As to_other_side() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_decision_public(get(), format, out); });
    }
    std::string message() const {
        return detail::bytes<std::string>([&](auto out) { return allod_decision_message(get(), out); });
    }
    std::string remedy() const {
        return detail::bytes<std::string>([&](auto out) { return allod_decision_remedy(get(), out); });
    }
    /// Throws where it is denied, and where they wait for the result of another task.
    template <class As = std::string>
    As arguments() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_decision_arguments(get(), format, out); });
    }
};

/// Decides, for an executor.
class Authorizer : public detail::Handle<AllodAuthorizer, allod_authorizer_free> {
public:
    using Handle::Handle;

    explicit Authorizer(std::string_view executor, View options = "{}")
        : Handle(detail::made<Authorizer>([&](auto out) {
              return allod_authorizer_new(executor.data(), executor.size(), options.data(), options.size(), out);
          })) {}

    /// On a container as it came; `named` is the CID of the invocation that is meant, where there are several.
    Decision decide(View container, const Evidence &evidence, std::optional<std::string_view> named = std::nullopt) const {
        const detail::Maybe which(named);
        return detail::made<Decision>([&](auto out) {
            return allod_authorizer_decide(
                get(), container.data(), container.size(), which.data, which.size, evidence.get(), out);
        });
    }
    /// On an invocation by itself.
    Decision decide_invocation(View invocation, const Evidence &evidence) const {
        return detail::made<Decision>([&](auto out) {
            return allod_authorizer_decide_invocation(get(), invocation.data(), invocation.size(), evidence.get(), out);
        });
    }
    template <class As = std::string>
    As needs(View container, const Evidence &evidence, std::optional<std::string_view> named = std::nullopt) const {
        const detail::Maybe which(named);
        return detail::structured<As>([&](auto format, auto out) {
            return allod_authorizer_needs(
                get(), container.data(), container.size(), which.data, which.size, evidence.get(), format, out);
        });
    }
};

/// What came of a call.
class Execution : public detail::Handle<AllodExecution, allod_execution_free> {
public:
    using Handle::Handle;

    /// `if (execution)` would be true where nothing was executed: ask `outcome()`.
    explicit operator bool() const = delete;

    Outcome outcome() const {
        return Outcome(detail::value<std::uint32_t>([&](auto out) { return allod_execution_outcome(get(), out); }));
    }
    /// For the other side, where there is one to hand out.
    std::optional<Token> receipt() const {
        return detail::maybe_made<Token>([&](auto out) { return allod_execution_receipt(get(), out); });
    }
    template <class As = std::string>
    As write() const {
        return detail::structured<As>([&](auto format, auto out) { return allod_execution_write(get(), format, out); });
    }
};

/// Where a handler says what came of it, while it runs.
class Reply {
public:
    explicit Reply(AllodReply *raw) noexcept : raw_(raw) {}

    void ok(View result) const { detail::check(allod_reply_ok(raw_, result.data(), result.size())); }
    void error(View reason) const { detail::check(allod_reply_error(raw_, reason.data(), reason.size())); }
    /// A result that is null.
    void ok() const { detail::check(allod_reply_ok(raw_, nullptr, 0)); }
    /// A reason that is null.
    void error() const { detail::check(allod_reply_error(raw_, nullptr, 0)); }

private:
    AllodReply *raw_;
};

/// Executes what is allowed, each invocation once, and signs what came of it.
class Executor : public detail::Handle<AllodExecutor, allod_executor_free> {
public:
    using Handle::Handle;

    Executor(const Signer &signer, const Store &store, View options = "{}")
        : Handle(detail::made<Executor>([&](auto out) {
              return allod_executor_new(signer.get(), store.get(), options.data(), options.size(), out);
          })) {}

    std::string did() const {
        return detail::bytes<std::string>([&](auto out) { return allod_executor_did(get(), out); });
    }
    /// Executes a command with a function `void(std::string_view grant, Reply &reply)`, a std::function, say. It may be called
    /// by several threads at once. Whatever it throws is the failure "handler-failed": see `on_failure`. The flags are
    /// ALLOD_IDEMPOTENT, ALLOD_AND_BELOW and ALLOD_RECEIPTS_FOR_ANYONE. The grant is in DAG-JSON, or in DAG-CBOR where `format`
    /// says so. Many readers of JSON round numbers beyond 2^53: what they read then is not what a policy looked at.
    template <class Function>
    void handle(
        std::string_view command, Function function, std::uint32_t flags = 0, std::uint32_t format = ALLOD_DAG_JSON) const {
        static_assert(
            std::is_invocable_v<Function &, std::string_view, Reply &>,
            "a function void(std::string_view grant, allod::Reply &reply)");
        using Held = detail::Held<Function>;
        auto held = Held::make(std::move(function));
        detail::check(allod_executor_handle(
            get(), command.data(), command.size(), flags, format, run<Held>, held.get(), Held::drop));
        // It is the library's from here on.
        (void)held.release();
    }
    /// What is denied is an outcome. What is no container is thrown, with the code that says why.
    Execution execute(View container, Seconds now, View options = "{}") const {
        return detail::made<Execution>([&](auto out) {
            return allod_executor_execute(
                get(), container.data(), container.size(), now, options.data(), options.size(), out);
        });
    }
    template <class As = std::string>
    As take_up_revocations(const Container &container, View options = "{}") const {
        return detail::structured<As>([&](auto format, auto out) {
            return allod_executor_take_up_revocations(
                get(), container.get(), options.data(), options.size(), format, out);
        });
    }
    /// Forgets what has ended, and says how much it was.
    std::size_t sweep() const {
        return detail::value<std::size_t>([&](auto out) { return allod_executor_sweep(get(), out); });
    }

private:
    template <class Held>
    static std::int32_t run(void *context, const std::uint8_t *grant, std::size_t grant_len, AllodReply *raw) noexcept {
        try {
            Reply reply(raw);
            const void *data = grant;
            static_cast<Held *>(context)->function(std::string_view(static_cast<const char *>(data), grant_len), reply);
            return 0;
        } catch (...) {
            detail::report_failure();
            return -1;
        }
    }
};

template <class As = std::string>
As read_did(std::string_view did) {
    return detail::structured<As>([&](auto format, auto out) { return allod_did_read(did.data(), did.size(), format, out); });
}

inline std::string did_of_key(Algorithm algorithm, View public_key) {
    return detail::bytes<std::string>(
        [&](auto out) { return allod_did_of_key(std::uint32_t(algorithm), public_key.data(), public_key.size(), out); });
}

/// The document that a did:key amounts to, in JSON.
inline std::string document_for(std::string_view did) {
    return detail::bytes<std::string>([&](auto out) { return allod_did_document(did.data(), did.size(), out); });
}

/// What is legal but risky in a delegation to be made.
template <class As = std::string>
As delegation_lints(View delegation) {
    return detail::structured<As>(
        [&](auto format, auto out) { return allod_delegation_lints(delegation.data(), delegation.size(), format, out); });
}

template <class As = std::string>
As policy_words(View policy) {
    return detail::structured<As>(
        [&](auto format, auto out) { return allod_policy_words(policy.data(), policy.size(), format, out); });
}

template <class As = std::string>
As evaluate_policy(View policy, View arguments) {
    return detail::structured<As>([&](auto format, auto out) {
        return allod_policy_evaluate(policy.data(), policy.size(), arguments.data(), arguments.size(), format, out);
    });
}

/// DAG-JSON or DAG-CBOR, as the one that is asked for.
template <class As = std::string>
As convert(View value) {
    return detail::structured<As>(
        [&](auto format, auto out) { return allod_value_convert(value.data(), value.size(), format, out); });
}

inline bool command_covers(std::string_view command, std::string_view other) {
    return detail::value<bool>([&](auto out) {
        return allod_command_covers(command.data(), command.size(), other.data(), other.size(), out);
    });
}

inline std::string cid_of(View token) {
    return detail::bytes<std::string>([&](auto out) { return allod_cid_of(token.data(), token.size(), out); });
}

/// A token's CID in any base, in base58btc.
inline std::string read_cid(std::string_view cid) {
    return detail::bytes<std::string>([&](auto out) { return allod_cid_read(cid.data(), cid.size(), out); });
}

/// Whether the library that was loaded is one that this header describes.
inline bool is_compatible() noexcept { return allod_abi_version() == ALLOD_ABI_VERSION; }

inline std::string version() { return allod_version(); }

/// How many handles are alive: for tests that look for leaks.
inline std::size_t live_handles() noexcept { return allod_live_handles(); }

} // namespace allod

#endif // ALLOD_HPP
