//! Parts of signatures taken out and put in, byte by byte: by nothing that the program reads them with.

/// A value as DER writes it.
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..128 => out.push(u8::try_from(short).unwrap()),
        long => {
            let digits: Vec<u8> = long.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap());
            out.extend(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// The values that stand one after another in these bytes: tag, content, and the whole.
pub fn values(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    while let [tag, first, ..] = *bytes {
        let count = if first < 0x80 { 0 } else { usize::from(first & 0x7F) };
        let length = match count {
            0 => usize::from(first),
            _ => bytes[2..2 + count]
                .iter()
                .fold(0, |sum, digit| sum * 256 + usize::from(*digit)),
        };
        let (whole, rest) = bytes.split_at(2 + count + length);
        all.push((tag, whole[2 + count..].to_vec(), whole.to_vec()));
        bytes = rest;
    }
    all
}

fn joined(parts: &[(u8, Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    parts.iter().flat_map(|(_, _, whole)| whole.clone()).collect()
}

/// A CMS with one part changed: what `change` makes of the values of SignedData.
fn with_signed_data(cms: &[u8], change: impl FnOnce(&mut Vec<(u8, Vec<u8>, Vec<u8>)>)) -> Vec<u8> {
    let outer = values(&values(cms)[0].1);
    let mut data = values(&values(&outer[1].1)[0].1);
    change(&mut data);
    let holder = value(0xA0, &value(0x30, &joined(&data)));
    value(0x30, &[outer[0].2.clone(), holder].concat())
}

/// The same signature with data about revocation inside.
pub fn with_revocation(cms: &[u8], der: &[u8]) -> Vec<u8> {
    with_signed_data(cms, |data| {
        let at = data.len() - 1;
        let holder = value(0xA1, der);
        data.insert(at, (0xA1, der.to_vec(), holder));
    })
}

/// An OCSP answer as a CMS holds it.
pub fn held(answer: &[u8]) -> Vec<u8> {
    let kind = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02];
    value(0xA1, &[&kind[..], answer].concat())
}

/// The bytes of the one signature in a CMS.
pub fn signature_of(cms: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    with_signed_data(cms, |data| {
        let signer = values(&values(&data.last().unwrap().1)[0].1);
        found = signer.last().unwrap().1.clone();
    });
    found
}

/// The same signature with a time stamp beside it.
pub fn with_stamp(cms: &[u8], token: &[u8]) -> Vec<u8> {
    let kind = [
        0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0E,
    ];
    let attribute = value(0x30, &[&kind[..], &value(0x31, token)].concat());
    with_signed_data(cms, |data| {
        let mut signer = values(&data.last().unwrap().1)[0].1.clone();
        signer.extend(value(0xA1, &attribute));
        let set = value(0x31, &value(0x30, &signer));
        let at = data.len() - 1;
        data[at] = (0x31, Vec::new(), set);
    })
}
