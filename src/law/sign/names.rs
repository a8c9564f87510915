//! The parts of signs as offices write them, and the bodies that they stand for.

use crate::law::kind::ActKind;
use crate::procedures::fold;

/// The first part after the number: as it is compared, as it is written, what it is.
const SORTS: [(&str, &str, ActKind); 14] = [
    ("nd", "NĐ", ActKind::Decree),
    ("qd", "QĐ", ActKind::Decision),
    ("tt", "TT", ActKind::Circular),
    ("ttlt", "TTLT", ActKind::JointCircular),
    ("nq", "NQ", ActKind::Resolution),
    ("nqlt", "NQLT", ActKind::JointResolution),
    ("ct", "CT", ActKind::Directive),
    ("vbhn", "VBHN", ActKind::Consolidated),
    ("kh", "KH", ActKind::Other),
    ("cv", "CV", ActKind::Other),
    ("tb", "TB", ActKind::Other),
    ("hd", "HD", ActKind::Other),
    ("sl", "SL", ActKind::Other),
    ("lct", "LCT", ActKind::Law),
];

/// The bodies: as they are compared, as they are written, their names.
const BODIES: [(&str, &str, &str); 42] = [
    ("cp", "CP", "Chính phủ"),
    ("ttg", "TTg", "Thủ tướng Chính phủ"),
    ("ctn", "CTN", "Chủ tịch nước"),
    ("btp", "BTP", "Bộ Tư pháp"),
    ("bnv", "BNV", "Bộ Nội vụ"),
    ("btc", "BTC", "Bộ Tài chính"),
    ("bxd", "BXD", "Bộ Xây dựng"),
    ("byt", "BYT", "Bộ Y tế"),
    ("bct", "BCT", "Bộ Công Thương"),
    ("bca", "BCA", "Bộ Công an"),
    ("bqp", "BQP", "Bộ Quốc phòng"),
    ("bng", "BNG", "Bộ Ngoại giao"),
    ("bkhcn", "BKHCN", "Bộ Khoa học và Công nghệ"),
    ("bgddt", "BGDĐT", "Bộ Giáo dục và Đào tạo"),
    ("bldtbxh", "BLĐTBXH", "Bộ Lao động - Thương binh và Xã hội"),
    ("bnnmt", "BNNMT", "Bộ Nông nghiệp và Môi trường"),
    ("bnnptnt", "BNNPTNT", "Bộ Nông nghiệp và Phát triển nông thôn"),
    ("btnmt", "BTNMT", "Bộ Tài nguyên và Môi trường"),
    ("btttt", "BTTTT", "Bộ Thông tin và Truyền thông"),
    ("bvhttdl", "BVHTTDL", "Bộ Văn hóa, Thể thao và Du lịch"),
    ("bkhdt", "BKHĐT", "Bộ Kế hoạch và Đầu tư"),
    ("bgtvt", "BGTVT", "Bộ Giao thông vận tải"),
    ("bdttg", "BDTTG", "Bộ Dân tộc và Tôn giáo"),
    ("ubdt", "UBDT", "Ủy ban Dân tộc"),
    ("vpcp", "VPCP", "Văn phòng Chính phủ"),
    ("vpqh", "VPQH", "Văn phòng Quốc hội"),
    ("ttcp", "TTCP", "Thanh tra Chính phủ"),
    ("nhnn", "NHNN", "Ngân hàng Nhà nước Việt Nam"),
    ("ktnn", "KTNN", "Kiểm toán Nhà nước"),
    ("bhxh", "BHXH", "Bảo hiểm xã hội Việt Nam"),
    ("tandtc", "TANDTC", "Tòa án nhân dân tối cao"),
    ("vksndtc", "VKSNDTC", "Viện kiểm sát nhân dân tối cao"),
    ("hdtp", "HĐTP", "Hội đồng Thẩm phán Tòa án nhân dân tối cao"),
    ("ubtvqh", "UBTVQH", "Ủy ban Thường vụ Quốc hội"),
    ("qh", "QH", "Quốc hội"),
    (
        "ubtumttqvn",
        "UBTƯMTTQVN",
        "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam",
    ),
    ("mttw", "MTTW", "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam"),
    ("tldld", "TLĐLĐ", "Tổng Liên đoàn Lao động Việt Nam"),
    ("hdnd", "HĐND", "Hội đồng nhân dân"),
    ("ubnd", "UBND", "Ủy ban nhân dân"),
    ("tw", "TW", "Ban Chấp hành Trung ương"),
    ("bcdts", "BCĐTS", "Ban Chỉ đạo"),
];

/// The first part of a sign after its number: as it is written, and what it is.
pub(super) fn sort(part: &str) -> Option<(String, ActKind)> {
    let folded = fold(part);
    if let Some((_, written, kind)) = SORTS.iter().find(|(known, _, _)| *known == folded) {
        return Some(((*written).to_owned(), *kind));
    }
    let assembly = folded.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let term = folded
        .get(assembly.len()..)
        .filter(|term| (1..=2).contains(&term.len()))?;
    match assembly {
        "qh" => Some((format!("QH{term}"), ActKind::Law)),
        "ubtvqh" => Some((format!("UBTVQH{term}"), ActKind::Ordinance)),
        _ => None,
    }
}

/// A body as it is written in signs, if it is one that is known.
pub(super) fn body(part: &str) -> Option<&'static str> {
    let folded = fold(part);
    let known = BODIES.iter().find(|(known, _, _)| *known == folded)?;
    Some(known.1)
}

/// The names of the bodies of a sign, joined; empty when none is known.
pub(super) fn issuer(sign: &str) -> String {
    let Some((_, suffix)) = sign.rsplit_once('/') else {
        return String::new();
    };
    let mut names: Vec<&str> = Vec::new();
    for part in suffix.split('-') {
        let folded = fold(part);
        let assembly = folded.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let found = BODIES.iter().find(|(known, _, _)| *known == assembly);
        names.extend(found.map(|(_, _, name)| *name));
    }
    names.join(", ")
}
