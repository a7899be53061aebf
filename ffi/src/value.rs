//! Values, commands and CIDs.

use core::ffi::{c_char, c_void};

use allod::{Cid, Command};

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::call;
use crate::pointer::{Out, bytes, text};
use crate::question::{Format, item};

/// A map or list, in DAG-JSON or DAG-CBOR, in the other form or the same. An error for what is not strictly either.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_value_convert(
    value: *const c_void,
    value_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, value) = unsafe { (Out::at("out", out)?, bytes("value", value, value_len)?) };
        out.write(AllodBytes::give(&Format::of(format)?.view(item(value)?.view())?));
        Ok(())
    })
}

/// Whether a command covers another: is the same, or stands above it. An error for what is no command.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_command_covers(
    command: *const c_char,
    command_len: usize,
    other: *const c_char,
    other_len: usize,
    out: *mut bool,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, command, other) = unsafe {
            (Out::at("out", out)?, text("command", command, command_len)?, text("other", other, other_len)?)
        };
        out.write(command.parse::<Command>()?.covers(&other.parse::<Command>()?));
        Ok(())
    })
}

/// The CID of a token's bytes, in base58btc.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_cid_of(
    token: *const c_void,
    token_len: usize,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, token) = unsafe { (Out::at("out", out)?, bytes("token", token, token_len)?) };
        out.write(AllodBytes::give(Cid::of(token).to_string().as_bytes()));
        Ok(())
    })
}

/// A token's CID, as text in any base, in base58btc. An error for what is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_cid_read(
    cid: *const c_char,
    cid_len: usize,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, cid) = unsafe { (Out::at("out", out)?, text("cid", cid, cid_len)?) };
        out.write(AllodBytes::give(cid.parse::<Cid>()?.to_string().as_bytes()));
        Ok(())
    })
}
