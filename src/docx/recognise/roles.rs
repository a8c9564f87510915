//! Responsible persons as the roles of the office, by their names.

use super::words::flat;
use crate::procedures::RoleEntry;
use std::collections::BTreeSet;

/// Words that say nothing of who it is, and how offices shorten others.
const EMPTY: [&str; 14] = [
    "xa", "phuong", "cap", "cua", "va", "tai", "cac", "nguoi", "duoc", "phan", "cong", "giao", "phu", "trach",
];
const SHORT: [(&str, &str); 22] = [
    ("cc", "cong chuc"),
    ("cb", "can bo"),
    ("cv", "chuyen vien"),
    ("ct", "chu tich"),
    ("pct", "pho chu tich"),
    ("ld", "lanh dao"),
    ("bp", "bo phan"),
    ("vp", "van phong"),
    ("tp", "truong phong"),
    ("ptp", "pho truong phong"),
    ("vt", "van thu"),
    ("tthcc", "trung tam phuc vu hanh chinh"),
    ("ttpvhcc", "trung tam phuc vu hanh chinh"),
    ("tnvtkq", "mot cua"),
    ("tn tkq", "mot cua"),
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("bo phan mot cua", "cong chuc mot cua"),
    ("trung tam phuc vu hanh chinh cong", "mot cua"),
    ("tiep nhan va tra ket qua", "mot cua"),
    ("can bo", "cong chuc"),
    ("chuyen vien", "cong chuc"),
];
/// Names that share so many of a hundred words are near.
const NEAR: usize = 60;

/// Who a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// The role with this code.
    Role(String),
    /// The role with this code has a near name.
    Near(String, String),
    /// Nobody that the office has.
    Unknown,
}

/// A name in full words.
fn full(name: &str) -> String {
    let mut text = format!(" {} ", flat(name));
    for (short, long) in SHORT {
        text = text.replace(&format!(" {short} "), &format!(" {long} "));
    }
    text.trim().to_owned()
}

fn tokens(name: &str) -> BTreeSet<String> {
    let full = full(name);
    let words = full.split(' ').filter(|word| !EMPTY.contains(word) && !word.is_empty());
    words.map(ToOwned::to_owned).collect()
}

/// A name without what it says in brackets.
fn bare(name: &str) -> String {
    let mut depth = 0_usize;
    let keep = |letter: &char| {
        match letter {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    name.chars().filter(keep).collect()
}

/// How many of a hundred words two names share.
fn shared(one: &BTreeSet<String>, other: &BTreeSet<String>) -> usize {
    let both = one.intersection(other).count();
    let all = one.union(other).count();
    (both * 100).checked_div(all).unwrap_or(0)
}

/// The role that a name means.
pub(super) fn who(name: &str, roles: &[RoleEntry]) -> Who {
    let flat_name = flat(name);
    if flat_name.is_empty() {
        return Who::Unknown;
    }
    let is_called = |role: &&RoleEntry| {
        [&role.name, &role.name_en, &role.code]
            .into_iter()
            .any(|own| flat(own) == flat_name)
            || flat(&bare(&role.name)) == flat_name
    };
    if let Some(role) = roles.iter().find(is_called) {
        return Who::Role(role.code.clone());
    }
    let words = tokens(name);
    let mut best: Vec<(usize, &RoleEntry)> = roles
        .iter()
        .map(|role| {
            (
                shared(&words, &tokens(&role.name)).max(shared(&words, &tokens(&bare(&role.name)))),
                role,
            )
        })
        .filter(|(score, _)| *score >= NEAR)
        .collect();
    best.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match best.as_slice() {
        [] => Who::Unknown,
        // Two that are equally near: nobody can tell.
        [(one, _), (other, _), ..] if one == other => Who::Unknown,
        [(_, role), ..] => Who::Near(role.code.clone(), role.name.clone()),
    }
}

/// The names in a cell: one a line, or apart by signs and by "hoặc".
pub(super) fn names(text: &str) -> Vec<String> {
    let text = text.replace(" hoặc ", ";").replace(" Hoặc ", ";");
    let parts = text.split(['\n', ';', '/']);
    let names = parts.map(|part| {
        super::words::uncounted(part.trim())
            .trim_matches([',', '.', ' '])
            .to_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedures::parse_roles;

    fn office() -> Vec<RoleEntry> {
        let (catalogue, faults) = parse_roles(include_str!("../../../procedures/roles.toml"));
        assert!(faults.is_empty());
        catalogue.roles
    }

    #[test]
    fn persons_are_found_by_name_with_or_without_marks() {
        let roles = office();
        let code = |code: &str| Who::Role(code.to_owned());
        assert_eq!(who("Công chức Tư pháp - Hộ tịch", &roles), code("tphth"));
        assert_eq!(who("CONG CHUC TU PHAP – HO TICH", &roles), code("tphth"));
        assert_eq!(who("Lãnh đạo UBND", &roles), code("ldubnd"));
        assert_eq!(who("motcua", &roles), code("motcua"));
    }

    #[test]
    fn near_names_are_suggested_and_others_are_not() {
        let roles = office();
        let near = |text: &str| match who(text, &roles) {
            Who::Near(code, _) => code,
            Who::Role(code) => format!("exactly {code}"),
            Who::Unknown => String::new(),
        };
        assert_eq!(near("CC Tư pháp hộ tịch xã"), "tphth");
        assert_eq!(near("Cán bộ tư pháp - hộ tịch"), "tphth");
        assert_eq!(near("Chủ tịch UBND xã"), "ctubnd");
        assert_eq!(near("Văn thư"), "vanthu");
        assert_eq!(near("Ban quản lý chợ"), "");
    }

    #[test]
    fn several_persons_in_a_cell_are_told_apart() {
        assert_eq!(
            names("Văn thư; Một cửa\n- Lãnh đạo UBND hoặc Kế toán"),
            ["Văn thư", "Một cửa", "Lãnh đạo UBND", "Kế toán"]
        );
    }
}
