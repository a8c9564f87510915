//! Pictures without what the camera wrote: a photo of a paper says where and when it was taken, by whose telephone.
//!
//! Only what shows the picture stays, bit for bit: nothing is drawn anew (JPEG: ITU-T T.81, annex B; PNG: W3C PNG 3).

/// The most pixels of a picture: whoever opens one needs room for all of them.
const MOST_PIXELS: u64 = 40_000_000;

/// The picture without remarks, places, times and names of devices; `None` when it is broken off, has more than forty
/// million pixels, or is not built as its format says.
pub(super) fn bare(media_type: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match media_type {
        "image/jpeg" => bare_jpeg(bytes),
        "image/png" => bare_png(bytes),
        _no_picture => Some(bytes.to_vec()),
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn are_few(width: u64, height: u64) -> bool {
    width > 0 && height > 0 && width.saturating_mul(height) <= MOST_PIXELS
}

/// What follows a marker of a JPEG file.
enum Follows {
    /// Its length and that many bytes.
    Segment,
    /// The picture itself, up to the next marker that is none of its own.
    Scan,
    /// Nothing: the end.
    End,
}

fn bare_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2).filter(|begin| *begin == [0xFF, 0xD8])?.to_vec();
    let (mut at, mut has_size, mut is_turned) = (2, false, false);
    loop {
        // Any number of fill bytes stands before a marker.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at.checked_add(1)?) == Some(&0xFF) {
            at = at.checked_add(1)?;
        }
        let [0xFF, marker] = *bytes.get(at..at.checked_add(2)?)? else {
            return None;
        };
        let follows = match marker {
            0xD9 => Follows::End,
            0xDA => Follows::Scan,
            0xC0..=0xCF | 0xDB..=0xFE => Follows::Segment,
            _stands_in_scans_only => return None,
        };
        if matches!(follows, Follows::End) {
            out.extend_from_slice(&[0xFF, 0xD9]);
            return has_size.then_some(out);
        }
        let length = usize::from(be16(bytes, at.checked_add(2)?)?);
        let end = at.checked_add(2)?.checked_add(length)?;
        let segment = bytes.get(at..end).filter(|_| length >= 2)?;
        let held = segment.get(4..)?;
        if is_size(marker) {
            let (height, width) = (be16(held, 1)?, be16(held, 3)?);
            has_size = are_few(width.into(), height.into());
            if !has_size {
                return None;
            }
        }
        if stays_in_jpeg(marker, held) {
            out.extend_from_slice(segment);
        } else if let (false, Some(turned)) = (is_turned, orientation(marker, held)) {
            out.extend_from_slice(&only_turned(turned));
            is_turned = true;
        }
        at = end;
        if matches!(follows, Follows::Scan) {
            let length = scan_length(bytes.get(at..)?)?;
            let end = at.checked_add(length)?;
            out.extend_from_slice(bytes.get(at..end)?);
            at = end;
        }
    }
}

/// Whether a segment begins a frame, which says how large the picture is.
fn is_size(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// Tables, frames and scans; of what programs add, only what colours need: JFIF, a profile, and the mark of Adobe.
fn stays_in_jpeg(marker: u8, held: &[u8]) -> bool {
    match marker {
        0xE0 => held.starts_with(b"JFIF\0"),
        0xE2 => held.starts_with(b"ICC_PROFILE\0"),
        0xEE => held.starts_with(b"Adobe"),
        0xE1 | 0xE3..=0xED | 0xEF | 0xF0..=0xFE => false,
        _of_the_picture => true,
    }
}

/// How many bytes a scan has: to the first marker that does not belong to it.
fn scan_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        at = at.checked_add(bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?)?;
        match bytes.get(at.checked_add(1)?)? {
            0x00 | 0xD0..=0xD7 => at = at.checked_add(2)?,
            0xFF => at = at.checked_add(1)?,
            _marker => return Some(at),
        }
    }
}

/// Which way up the camera was held (Exif 2.32, tag 0x0112), when it was not upright.
fn orientation(marker: u8, held: &[u8]) -> Option<u8> {
    let tiff = held.strip_prefix(b"Exif\0\0").filter(|_| marker == 0xE1)?;
    let is_little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _neither => return None,
    };
    let two = |at: usize| be16(tiff, at).map(|found| if is_little { found.swap_bytes() } else { found });
    let four = |at: usize| be32(tiff, at).map(|found| if is_little { found.swap_bytes() } else { found });
    let first = usize::try_from(four(4)?).ok()?;
    for entry in 0..usize::from(two(first)?) {
        let at = first.checked_add(2)?.checked_add(entry.checked_mul(12)?)?;
        if two(at)? == 0x0112 {
            let turned = u8::try_from(two(at.checked_add(8)?)?).ok()?;
            return Some(turned).filter(|turned| (2..=8).contains(turned));
        }
    }
    None
}

/// A segment that says which way up the picture is, and nothing else.
fn only_turned(turned: u8) -> [u8; 36] {
    let mut segment = *b"\xFF\xE1\x00\x22Exif\0\0MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00";
    if let Some(place) = segment.get_mut(29) {
        *place = turned;
    }
    segment
}

/// Chunks of a PNG file that show the picture; all others (texts, times, Exif, what a program keeps for itself) go.
const SHOWN: [&[u8; 4]; 14] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
    b"pHYs", b"hIST",
];

fn bare_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8_usize;
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        let name = chunk.get(4..8)?;
        if at == 8 {
            let (width, height) = (be32(chunk, 8)?, be32(chunk, 12)?);
            if name != b"IHDR" || !are_few(width.into(), height.into()) {
                return None;
            }
        }
        if SHOWN.iter().any(|shown| shown.as_slice() == name) {
            out.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, only_turned};

    fn segment(marker: u8, held: &[u8]) -> Vec<u8> {
        let length = u16::try_from(held.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], length.as_slice(), held].concat()
    }

    /// A frame of so many pixels, a scan with a stuffed byte and a restart, and what a telephone writes besides.
    fn photo(width: u16, height: u16, exif: &[u8]) -> Vec<u8> {
        let size = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(0xE1, exif),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<creator>Lan</creator>"),
            segment(0xFE, b"taken at home"),
            segment(0xDB, &[0; 65]),
            vec![0xFF],
            segment(0xC0, &size),
            segment(0xDA, &[1, 1, 0, 0, 63, 0]),
            vec![0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9],
            b"and a film behind the picture".to_vec(),
        ]
        .concat()
    }

    fn exif(turned: u8) -> Vec<u8> {
        // Two entries, the second one says which way up, then a place that somebody lived at.
        let head = b"Exif\0\0II\x2A\0\x08\0\0\0\x02\0\x0F\x01\x02\0\x04\0\0\0Lan\0\x12\x01\x03\0\x01\0\0\0";
        [head, [turned, 0, 0, 0].as_slice(), b"\0\0\0\0GPS 10.77 106.69"].concat()
    }

    fn says(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|part| part == what)
    }

    #[test]
    fn a_photo_keeps_its_picture_and_which_way_up_and_loses_the_rest() {
        let photo = photo(4000, 3000, &exif(6));
        let left = bare("image/jpeg", &photo).unwrap();
        for what in [b"GPS".as_slice(), b"Lan", b"home", b"film", b"adobe"] {
            assert!(
                says(&photo, what) && !says(&left, what),
                "{}",
                String::from_utf8_lossy(what)
            );
        }
        assert!(says(&left, &only_turned(6)));
        assert!(says(&left, &[0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9]));
        assert!(says(&left, b"JFIF"));
        assert_eq!(
            bare("image/jpeg", &left).as_deref(),
            Some(left.as_slice()),
            "nothing more is lost"
        );
    }

    #[test]
    fn an_upright_photo_needs_no_word_about_it() {
        let left = bare("image/jpeg", &photo(40, 30, &exif(1))).unwrap();
        assert!(!says(&left, b"Exif"));
    }

    #[test]
    fn a_picture_that_is_too_large_or_broken_is_refused() {
        assert_eq!(bare("image/jpeg", &photo(8000, 6000, &exif(1))), None);
        let whole = photo(40, 30, &exif(1));
        let end = whole.len() - b"and a film behind the picture".len();
        for cut in 0..end {
            assert_eq!(bare("image/jpeg", &whole[..cut]), None, "cut at {cut}");
        }
    }

    fn chunk(name: &[u8; 4], held: &[u8]) -> Vec<u8> {
        let length = u32::try_from(held.len()).unwrap().to_be_bytes();
        [&length, name.as_slice(), held, &[0; 4]].concat()
    }

    #[test]
    fn a_picture_of_a_screen_loses_its_texts_and_times() {
        let size = [&100_u32.to_be_bytes()[..], &50_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        let kept = [chunk(b"IHDR", &size), chunk(b"IDAT", b"picture"), chunk(b"IEND", b"")].concat();
        let with = |more: Vec<u8>| {
            let head = b"\x89PNG\r\n\x1a\n".to_vec();
            let (first, rest) = kept.split_at(25);
            [head, first.to_vec(), more, rest.to_vec()].concat()
        };
        let texts = [
            chunk(b"tEXt", b"Author\0Lan"),
            chunk(b"eXIf", b"II GPS"),
            chunk(b"tIME", b"1234567"),
        ]
        .concat();
        assert_eq!(bare("image/png", &with(texts)), Some(with(Vec::new())));
        let whole = with(Vec::new());
        for cut in 0..whole.len() {
            assert_eq!(bare("image/png", &whole[..cut]), None, "cut at {cut}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes: Vec<u8>, at in 0_usize..400, byte: u8) {
            let _ = bare("image/jpeg", &[&[0xFF, 0xD8][..], &bytes].concat());
            let _ = bare("image/png", &[&b"\x89PNG\r\n\x1a\n"[..], &bytes].concat());
            let mut photo = photo(40, 30, &exif(3));
            if let Some(place) = photo.get_mut(at) {
                *place = byte;
            }
            let _ = bare("image/jpeg", &photo);
        }
    }
}
