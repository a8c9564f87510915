//! Writes an archive. It says no time, so that the same files give the same bytes.

use super::ZipFault;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
const DEFLATED: u16 = 8;
/// The first day that the format can say: 1980-01-01.
const DAY: u16 = 0x0021;

/// An archive with these files (name, bytes), in this order.
///
/// # Errors
/// [`ZipFault::TooMany`] and [`ZipFault::TooLarge`] beyond what the format can say: 65,535 files, 4 GiB.
pub fn write<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Result<Vec<u8>, ZipFault> {
    let count = u16::try_from(files.len()).map_err(|_many| ZipFault::TooMany(usize::from(u16::MAX)))?;
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (name, bytes) = (name.as_ref(), bytes.as_ref());
        let fault = |_more| ZipFault::TooLarge {
            name: name.to_owned(),
            limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
        };
        let at = u32::try_from(out.len()).map_err(fault)?;
        let size = u32::try_from(bytes.len()).map_err(fault)?;
        let packed = deflated(bytes).map_err(|_broken| ZipFault::Damaged(name.to_owned()))?;
        let packed_size = u32::try_from(packed.len()).map_err(fault)?;
        let length = u16::try_from(name.len()).map_err(|_long| ZipFault::Name(name.chars().take(80).collect()))?;
        let mut crc = Crc::new();
        crc.update(bytes);
        // Both records say the same of the file, in the same order.
        let mut said = Vec::new();
        for part in [FLAGS, DEFLATED, 0, DAY] {
            said.extend(part.to_le_bytes());
        }
        for part in [crc.sum(), packed_size, size] {
            said.extend(part.to_le_bytes());
        }
        said.extend(length.to_le_bytes());
        said.extend([0, 0]);
        out.extend(b"PK\x03\x04\x14\0");
        out.extend(&said);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(&said);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let fault = |_more| ZipFault::TooLarge {
        name: String::new(),
        limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
    };
    let at = u32::try_from(out.len()).map_err(fault)?;
    let size = u32::try_from(directory.len()).map_err(fault)?;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    Ok(out)
}

fn deflated(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}
