//! `quytrinh roles`: the roles that wait to be confirmed, and the word of the operator where no chair can give it.

use super::agency::AgencyArg;
use super::keep::secret;
use super::serve::open;
use super::{CliLanguage, DataArgs};
use crate::kernel::{AccessRole, Actor, Clock, Language};
use crate::ledger;
use crate::people::{self, Named, Proposal};
use crate::render::Words;
use crate::web::Failure;
use anyhow::Context;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct RolesArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    agency: AgencyArg,
    /// Confirm what is proposed for the account with this user name.
    #[arg(long, value_name = "USERNAME", requires_all = ["role", "by"])]
    confirm: Option<String>,
    /// Which role to confirm: chair, committee, leader, auditor or inspector.
    #[arg(long, value_name = "ROLE", requires = "confirm")]
    role: Option<String>,
    /// User name of somebody of the office who confirms it together with the operator: neither the one who proposed it nor
    /// the one who gets it. The password is asked for, and the code of a second factor: on the terminal, or on two lines of
    /// the input, where an empty line is no code.
    #[arg(long, value_name = "NAME", requires = "confirm")]
    by: Option<String>,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

fn line(words: &Words, language: Language, (one, people): (&Proposal, &[Named])) -> String {
    let named = |id| people.iter().find(|person| &person.id == id);
    let person = named(&one.person_id);
    let told = [
        ("name", person.map(|one| one.full_name.clone()).unwrap_or_default()),
        ("username", person.map(|one| one.username.clone()).unwrap_or_default()),
        ("role", one.role.to_string()),
        ("decision", one.decision_no.clone()),
        (
            "by",
            named(&one.proposed_by)
                .map(|one| one.full_name.clone())
                .unwrap_or_default(),
        ),
    ];
    words.fill(language, "cli.roles.waits", &told)
}

pub(super) fn run(args: &RolesArgs) -> anyhow::Result<()> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let language: Language = args.language.into();
    let db = open(&args.data)?;
    let (agency, _) = args.agency.of(&db, (&words, language))?;
    let house = Actor::house(agency, Clock::default().now());
    let (open, people) = ledger::read(&db, &house, |work| {
        Ok::<_, Failure>((people::open_proposals(work)?, people::persons(work)?))
    })?;
    let wanted = args
        .confirm
        .as_deref()
        .zip(args.role.as_deref())
        .zip(args.by.as_deref());
    let Some(((username, role), by)) = wanted else {
        for one in &open {
            println!("{}", line(&words, language, (one, &people)));
        }
        println!(
            "{}",
            words.fill(language, "cli.roles.count", &[("count", open.len().to_string())])
        );
        return Ok(());
    };
    let role = AccessRole::parse(role).with_context(|| format!("`{role}` is no role"))?;
    let id = people
        .iter()
        .find(|one| one.username == username)
        .map(|one| one.id.clone());
    let found = open
        .into_iter()
        .find(|one| Some(&one.person_id) == id.as_ref() && one.role == role);
    let found = found.with_context(|| format!("nothing waits for {username} as {role}"))?;
    let told = line(&words, language, (&found, &people));
    let refused = |failure: Failure| {
        let said = failure.said().map(|say| words.fill(language, &say.key, &say.args));
        said.map_or_else(anyhow::Error::from, anyhow::Error::msg)
    };
    let ask = |key: &str| secret(&words.fill(language, key, &[("name", by.to_owned())]));
    let (password, code) = (ask("verify.keep.password")?, ask("verify.keep.code")?);
    let shown = people::at_console(&db, (&house.agency, Clock::default().now()), by, (&password, &code));
    let (witness, fresh) = shown.map_err(refused)?;
    ledger::change::<_, Failure>(&db, house, move |work| {
        people::confirm_role_at_console(work, (&witness, &fresh), &found.id)
    })
    .map_err(refused)?;
    let nothing: [(&str, String); 0] = [];
    println!("{told}\n{}", words.fill(language, "cli.roles.confirmed", &nothing));
    Ok(())
}
