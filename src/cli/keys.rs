//! `quytrinh give-up-lost-keys`: what two people answer for when keys of personal data are lost for good.

use super::keep::{Told, TwoArgs, two};
use super::{CliLanguage, DataArgs};
use crate::app;
use crate::db::{KeyError, Keyring};
use crate::kernel::Clock;
use crate::personal;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct GiveUpArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    two: TwoArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn give_up(args: &GiveUpArgs) -> anyhow::Result<()> {
    let told = Told::new(args.language)?;
    let folder = args.data.data.join("keys");
    let protects = args.data.personal_passphrase()?;
    let protects = protects.as_ref().map(|text| text.trim_ascii());
    let db = app::open_database(&super::serve::database_url(&args.data)?)?;
    db.set_home(&args.data.data);
    anyhow::ensure!(personal::holds_sealed(&db)?, told.say("verify.keep.keys_not_lost", &[]));
    match Keyring::open_kept(&folder, protects).map(drop) {
        Err(KeyError::Gone(_)) => {}
        Ok(()) => anyhow::bail!(told.say("verify.keep.keys_not_lost", &[])),
        // Keys of cases are there, and what opens them is missing or another: that is no loss for good yet.
        Err(other) => return Err(other.into()),
    }
    let (_, _, two) = two(&db, &args.two, &told)?;
    let keys = Keyring::open(&folder, protects)?;
    let count = personal::give_up_lost_keys(&db, &keys, Clock::default().now(), two.ids())?;
    println!(
        "{}",
        told.say("verify.keep.keys_given_up", &[("count", count.to_string())])
    );
    Ok(())
}
