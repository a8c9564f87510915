//! Why a signature of a token is not taken, and how a good one was judged.

crate::kernel::text_enum! {
    /// Why a signature is not taken.
    Reason {
        /// Neither a CMS signature (DER or PEM) nor a PDF.
        Unreadable = "unreadable",
        /// It is not written as DER, or is too deep or too crowded.
        NotDer = "not_der",
        /// The file is larger than such files are.
        TooLarge = "too_large",
        /// There is no signature in it.
        NoSignature = "no_signature",
        /// There are more signatures in it than are read.
        TooMany = "too_many",
        /// What was signed is not what the office made.
        OtherContent = "other_content",
        /// Content type or digest are not among the signed attributes, or stand there twice.
        Attributes = "attributes",
        /// The hash is MD5 or SHA-1, with which others can be made that look the same.
        OldDigest = "old_digest",
        /// The algorithm is none of those that are checked here.
        Algorithm = "algorithm",
        /// The key is shorter than 2048 bits of RSA.
        WeakKey = "weak_key",
        /// The signature was not made with the key of the certificate, or was changed.
        Broken = "broken",
        /// The signer's certificate is not in the file.
        NoCertificate = "no_certificate",
        /// A certificate cannot be read, or asks for what is not understood here.
        Certificate = "certificate",
        /// The signed attributes name another certificate.
        OtherCertificate = "other_certificate",
        /// The office has no roots to judge by.
        NoRoots = "no_roots",
        /// The certificate does not lead to a root of the office.
        Chain = "chain",
        /// A certificate had run out at that time.
        Expired = "expired",
        /// A certificate was not yet in force at that time.
        NotYet = "not_yet",
        /// The key is not one for signing documents.
        Usage = "usage",
        /// The certificate was revoked at that time.
        Revoked = "revoked",
        /// The time stamp is not one of this signature, or was changed.
        Stamp = "stamp",
        /// The file is no signed PDF as it is read here.
        Pdf = "pdf",
        /// The signed range leaves out more than the signature itself.
        ByteRange = "byte_range",
        /// Something was added after the signature.
        BytesAfter = "bytes_after",
        /// The PDF does not begin with the paper that the office made.
        OtherPaper = "other_paper",
        /// What was added with the signature changes what the pages show.
        Changed = "changed",
    }
}

crate::kernel::text_enum! {
    /// Where the time comes from at which a signature was judged.
    TimeFrom {
        /// A time stamp in the signature, of an authority under a root of the office.
        Stamp = "stamp",
        /// The moment at which the office received the file.
        Receipt = "receipt",
    }
}

crate::kernel::text_enum! {
    /// Whether it is known that the certificate was not revoked.
    Revocation {
        /// Nothing in the file says so.
        Unchecked = "unchecked",
        /// An answer of the authority (OCSP) in the file says so.
        Ocsp = "ocsp",
        /// A list of the authority (CRL) in the file says so.
        Crl = "crl",
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// What it was about: the name of a certificate, which part of the file; may be empty.
    pub about: String,
}

impl Refused {
    /// A refusal that says whom or what it is about.
    pub(super) fn of(reason: Reason, about: impl Into<String>) -> Self {
        Self {
            reason,
            about: about.into(),
        }
    }
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self::of(reason, "")
    }
}
