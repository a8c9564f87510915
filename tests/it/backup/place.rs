//! A place with an office, its attached files, and a folder for backups.

use crate::support::TestOffice;
use crate::support::databases::{SERVER, TestDatabase, empty};
use quytrinh::app::open_database;
use quytrinh::backup::{BackupFault, Keep, Order, Passphrase, RestoreOrder, Restored, restore};
use quytrinh::db::Db;
use quytrinh::documents;
use quytrinh::web::Failure;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The passphrase of tests.
pub fn passphrase() -> Passphrase {
    Passphrase::new("mười hai con giáp đi chợ".to_owned())
}

/// An order for a backup of the office into a folder.
pub fn order(office: &TestOffice, to: &Path) -> Order {
    Order {
        url: office.database.url.clone(),
        files: office.site.files.to_path_buf(),
        data: office.database.folder.path().to_owned(),
        to: to.to_owned(),
        keep: Keep::default(),
        passphrase: None,
        at: office.site.clock.now(),
        free: Order::FREE,
    }
}

/// Attaches a file with this content, as the program itself.
pub fn attach(office: &TestOffice, content: &str) -> String {
    let (files, bytes) = (office.site.files.clone(), content.as_bytes().to_vec());
    office
        .act(move |work| {
            let sha256 = documents::keep_file(work, &files, ("text/csv", &bytes))?;
            work.record("test.kept", ("test", &sha256), serde_json::json!({}));
            Ok::<_, Failure>(sha256)
        })
        .expect("the file is attached")
}

/// Where something was restored; on a server, in a database of its own.
pub struct Fresh {
    pub folder: TempDir,
    pub server: Option<TestDatabase>,
}

impl Fresh {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            server: SERVER.is_some().then(empty),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn order(&self, from: &Path, passphrase: Option<Passphrase>) -> RestoreOrder {
        RestoreOrder {
            from: from.to_owned(),
            data: self.data(),
            server: self.server.as_ref().map(|database| database.url.clone()),
            passphrase,
            by: None,
            at: crate::support::opening(),
        }
    }

    pub fn restore(&self, from: &Path, passphrase: Option<Passphrase>) -> Result<(Restored, Db), BackupFault> {
        restore(&self.order(from, passphrase), &|url| open_database(url))
    }
}
