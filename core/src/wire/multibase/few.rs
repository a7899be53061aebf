//! The two bases that are like no other.

use alloc::vec::Vec;

use super::MultibaseError;
use super::alphabet::Alphabet;

/// Base45 (RFC 9285): two bytes are three characters, a byte at the end two. The least significant comes first.
pub(super) const BASE45: Alphabet = Alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:");

pub(super) fn base45_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let values = BASE45.values();
    let mut bytes = Vec::with_capacity(text.len());
    for part in text.as_bytes().chunks(3) {
        let mut sum = 0;
        for character in part.iter().rev() {
            sum = sum * BASE45.len() + values.of(*character).ok_or(MultibaseError::Invalid)?;
        }
        match (part.len(), u8::try_from(sum), u16::try_from(sum)) {
            (3, _, Ok(two)) => bytes.extend(two.to_be_bytes()),
            (2, Ok(one), _) => bytes.push(one),
            _ => return Err(MultibaseError::Invalid),
        }
    }
    Ok(bytes)
}

/// Base256emoji: each character is a byte.
const EMOJI: &str = "🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌\
    😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝😕🌺🎂🌻😐🖕💝🙊\
    😹🗣💫💀👑🎵🤞😛🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵👎\
    🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂";

pub(super) fn emoji_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let value = |character| {
        let place = EMOJI.chars().position(|emoji| emoji == character);
        place.and_then(|place| u8::try_from(place).ok()).ok_or(MultibaseError::Invalid)
    };
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for character in text.chars() {
        bytes.push(value(character)?);
    }
    Ok(bytes)
}
