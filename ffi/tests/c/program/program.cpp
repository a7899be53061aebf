// As program.c, in C++.

#include <allod.hpp>

#include <iostream>

int main() {
    const auto key = allod::Key::generate(allod::Algorithm::ed25519);
    std::cout << "allod " << allod::version() << ": " << key.did() << '\n';
    return allod::is_compatible() ? 0 : 1;
}
