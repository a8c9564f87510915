//! Where the house keeps what is no matter of the database: attached files and keys.

use super::Db;
use std::path::{Path, PathBuf};

impl Db {
    /// Says where the data directory is. The first word counts.
    pub fn set_home(&self, home: &Path) {
        // Told twice, it is the same directory.
        drop(self.home.set(home.to_owned()));
    }

    /// The data directory: as it was said, or else the folder of the embedded database.
    pub fn home(&self) -> Option<PathBuf> {
        if let Some(home) = self.home.get() {
            return Some(home.clone());
        }
        let is_file = !self.url.contains("://");
        let folder = Path::new(&*self.url).parent().filter(|_| is_file)?;
        Some(folder.to_owned())
    }
}
