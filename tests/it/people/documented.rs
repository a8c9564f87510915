//! The numbers that `docs/accounts.md` tells are those of the program (ASVS 6.1.1).

use quytrinh::people as p;

/// The number in the last column of the row that begins like this.
fn told(page: &str, row: &str) -> i64 {
    let line = page
        .lines()
        .find(|line| line.starts_with(&format!("| {row}")))
        .unwrap_or_else(|| panic!("no row «{row}»"));
    let cell = line.trim_end_matches('|').rsplit('|').next().unwrap();
    cell.trim()
        .replace(',', "")
        .parse()
        .unwrap_or_else(|_| panic!("no number: {line}"))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

#[test]
fn the_page_about_accounts_tells_the_numbers_of_the_program() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accounts.md")).unwrap();
    let rows = [
        ("Shortest password, in characters", number(p::LENGTH.0)),
        ("Shortest password beside", number(p::SHORTEST_WITH_FACTOR)),
        ("Longest password", number(p::LENGTH.1)),
        ("A password must stand", p::LEAST_BITS.into()),
        ("argon2id: memory", p::Cost::TODAY.memory.into()),
        ("argon2id: passes", p::Cost::TODAY.passes.into()),
        ("argon2id: lanes", p::Cost::TODAY.lanes.into()),
        ("Failures at one place", p::FREE_TRIES),
        ("First wait", p::FIRST_WAIT),
        ("Longest wait, in seconds", p::LONGEST_WAIT),
        ("Failures of one account", p::ACCOUNT_STOP),
        ("Failures from one address", p::ADDRESS_TRIES),
        ("An address forgets", p::ADDRESS_FORGETS),
        ("Longest wait of an address", p::ADDRESS_LONGEST_WAIT),
        ("Passwords hashed at the same time", number(p::AT_ONCE)),
        ("Sign-ins that may wait", number(p::WAITING)),
        ("Days for which a device is known", p::DEVICE_HOLDS.num_days()),
        ("A session ends without use", p::IDLE.num_minutes()),
        ("A session ends in any case", p::ABSOLUTE.num_hours()),
        ("Sessions one person may have", number(p::MOST_SESSIONS)),
        ("A question to a passkey holds", p::PASSKEY_HOLDS.num_minutes()),
        ("Somebody may be at the provider", p::AWAY_HOLDS.num_minutes()),
    ];
    for (row, is) in rows {
        assert_eq!(told(&page, row), is, "{row}");
    }
    let numbers = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| what"))
        .count();
    assert_eq!(numbers, rows.len(), "every number that is told is compared");
}
