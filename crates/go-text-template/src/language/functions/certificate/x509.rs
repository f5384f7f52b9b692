//! X.509 certificates: what sprig puts into new ones, and what it reads of an authority's.

use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use num_bigint::BigUint;

use super::der::{self, Reader};
use super::key::{PrivateKey, is_known_algorithm, is_rsa};
use super::pem;
use crate::data::{Failure, Str, quoted};
use crate::template::World;

/// What the caller wants to be certified.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) common_name: Str,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) names: Vec<Str>,
    pub(super) days: i64,
    /// True for a certificate that signs others.
    pub(super) is_authority: bool,
}

/// What a new certificate says about the one above it.
#[derive(Debug)]
pub(super) struct Authority {
    /// The encoded name.
    subject: Vec<u8>,
    /// The identifier of its key, if it has one.
    key_id: Option<Vec<u8>>,
    /// The bits of its public key, if the algorithm is one that Go knows.
    public_key: Option<Vec<u8>>,
}

/// A certificate for `key` as PEM, signed with `signer`: by `authority`, or by itself.
pub(super) fn issue(
    world: &dyn World,
    request: &Request,
    key: &PrivateKey,
    authority: Option<&Authority>,
    signer: &PrivateKey,
) -> Result<String, Failure> {
    // The algorithm stands both inside and outside of what is signed.
    let algorithm = signer.signature_algorithm()?;
    let public = key.public()?;
    let subject = name(&request.common_name)?;
    let issuer = authority.map_or(&subject, |authority| &authority.subject);
    check_signer(authority, signer)?;
    let extensions = extensions(request, &subject, issuer, authority, &public.bits)?;
    let to_be_signed = der::sequence(&[
        &der::element(der::context(0), &[&der::integer(&BigUint::from(2_u32))]),
        &der::integer(&serial_number(world)),
        &algorithm,
        issuer,
        &validity(world, request.days)?,
        &subject,
        &der::sequence(&[&public.algorithm, &der::bit_string(&public.bits)]),
        &der::element(der::context(3), &[&extensions]),
    ]);
    let signature = der::bit_string(&signer.sign(&to_be_signed, world)?);
    let certificate = der::sequence(&[&to_be_signed, &algorithm, &signature]);
    Ok(pem::encode("CERTIFICATE", &certificate))
}

fn check_signer(authority: Option<&Authority>, signer: &PrivateKey) -> Result<(), Failure> {
    let expected = authority.and_then(|authority| authority.public_key.as_ref());
    match expected {
        Some(expected) if *expected != signer.public()?.bits => {
            Err("x509: provided PrivateKey doesn't match parent's PublicKey".into())
        }
        _ => Ok(()),
    }
}

/// 128 random bits.
fn serial_number(world: &dyn World) -> BigUint {
    let mut bytes = [0; 16];
    world.fill_random(&mut bytes);
    BigUint::from_bytes_be(&bytes)
}

/// A name that has only a common name; none at all if that is empty.
fn name(common_name: &Str) -> Result<Vec<u8>, Failure> {
    const COMMON_NAME: &[u8] = &[der::OID, 3, 0x55, 4, 3];
    if common_name.is_empty() {
        return Ok(der::sequence(&[]));
    }
    let tag = if common_name.iter().copied().all(is_printable_character) {
        der::PRINTABLE_STRING
    } else if std::str::from_utf8(common_name).is_ok() {
        der::UTF8_STRING
    } else {
        return Err("asn1: string not valid UTF-8".into());
    };
    let attribute = der::sequence(&[COMMON_NAME, &der::element(tag, &[common_name])]);
    Ok(der::sequence(&[&der::element(der::SET, &[&attribute])]))
}

/// True for the characters of ASN.1's `PrintableString`.
fn is_printable_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

/// From now, for that many days; the number wraps around as Go's durations do.
fn validity(world: &dyn World, days: i64) -> Result<Vec<u8>, Failure> {
    const NANOSECONDS: i128 = 1_000_000_000;
    const DAY: i64 = 24 * 3600 * NANOSECONDS as i64;
    let (seconds, nanoseconds) = world.now();
    let now = i128::from(seconds) * NANOSECONDS + i128::from(nanoseconds);
    let end = now + i128::from(days.wrapping_mul(DAY));
    let [from, to] = [now, end].map(|time| der_time(time.div_euclid(NANOSECONDS) as i64));
    Ok(der::sequence(&[&from?, &to?]))
}

/// A point in time, with two digits for the year where those suffice.
fn der_time(seconds: i64) -> Result<Vec<u8>, Failure> {
    let (year, month, day) = civil_date(seconds.div_euclid(86400));
    let rest = seconds.rem_euclid(86400);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    let tail = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    match year {
        1950..2050 => {
            Ok(der::element(der::UTC_TIME, &[format!("{:02}{tail}", year % 100).as_bytes()]))
        }
        0..10000 => {
            Ok(der::element(der::GENERALIZED_TIME, &[format!("{year:04}{tail}").as_bytes()]))
        }
        _ => Err("asn1: structure error: cannot represent time as GeneralizedTime".into()),
    }
}

/// Year, month and day, counted from 1970-01-01, in the Gregorian calendar.
fn civil_date(days: i64) -> (i64, i64, i64) {
    // Years that begin in March have the leap day at their end; 400 of them are an era.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The extensions in Go's order.
fn extensions(
    request: &Request,
    subject: &[u8],
    issuer: &[u8],
    authority: Option<&Authority>,
    public_key: &[u8],
) -> Result<Vec<u8>, Failure> {
    let mut list = vec![
        extension(15, true, &key_usage(request.is_authority)),
        extension(37, false, &SERVER_AND_CLIENT),
        extension(19, true, &basic_constraints(request.is_authority)),
    ];
    if request.is_authority {
        let hash = digest(&SHA256, public_key);
        let id = der::element(der::OCTET_STRING, &[&hash.as_ref()[..20]]);
        list.push(extension(14, false, &id));
    }
    let above = authority.filter(|_| subject != issuer).and_then(|above| above.key_id.as_ref());
    if let Some(id) = above {
        list.push(extension(35, false, &der::sequence(&[&der::element(0x80, &[id])])));
    }
    if !request.names.is_empty() || !request.addresses.is_empty() {
        // A certificate without a subject depends on this extension.
        let critical = subject == der::sequence(&[]);
        list.push(extension(17, critical, &alternative_names(request)?));
    }
    Ok(der::sequence(&[&list.concat()]))
}

/// The extension with that number of the standard ones.
fn extension(number: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    der::sequence(&[
        &[der::OID, 3, 0x55, 0x1d, number],
        if critical { der::TRUE } else { &[] },
        &der::element(der::OCTET_STRING, &[value]),
    ])
}

/// Digital signature and key encipherment, for authorities also signing certificates.
fn key_usage(is_authority: bool) -> [u8; 4] {
    if is_authority { [der::BIT_STRING, 2, 2, 0xa4] } else { [der::BIT_STRING, 2, 5, 0xa0] }
}

/// The extended key usages of TLS servers and clients.
#[rustfmt::skip]
const SERVER_AND_CLIENT: [u8; 22] = [
    der::SEQUENCE, 20,
    der::OID, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1,
    der::OID, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2,
];

fn basic_constraints(is_authority: bool) -> Vec<u8> {
    der::sequence(&[if is_authority { der::TRUE } else { &[] }])
}

fn alternative_names(request: &Request) -> Result<Vec<u8>, Failure> {
    let mut names = Vec::new();
    for name in &request.names {
        if !name.is_ascii() {
            let name = quoted(name);
            return Err(format!("x509: {name} cannot be encoded as an IA5String").into());
        }
        names.push(der::element(0x82, &[name]));
    }
    for address in &request.addresses {
        names.push(match address.to_canonical() {
            IpAddr::V4(address) => der::element(0x87, &[&address.octets()]),
            IpAddr::V6(address) => der::element(0x87, &[&address.octets()]),
        });
    }
    Ok(der::sequence(&[&names.concat()]))
}

impl Authority {
    /// What new certificates need of `certificate`; what is wrong with it if Go would refuse it.
    ///
    /// The outline is checked as Go checks it. What extensions hold is not, apart from the
    /// identifier of the key.
    pub(super) fn read(certificate: &[u8]) -> Result<Self, Failure> {
        let mut outer = Reader::new(certificate);
        let mut parts = outer.sequence("").or_malformed("certificate")?;
        let mut fields = parts.sequence("").or_malformed("tbs certificate")?;
        let version = read_version(&mut fields)?;
        let serial = fields.expect(der::INTEGER, "").or_malformed("serial number")?;
        if serial.content.first().is_none_or(|first| first & 0x80 != 0) {
            return Err("x509: negative serial number".into());
        }
        let inner =
            fields.expect(der::SEQUENCE, "").or_malformed("signature algorithm identifier")?;
        let algorithm = parts.expect(der::SEQUENCE, "").or_malformed("algorithm identifier")?;
        if inner.whole != algorithm.whole {
            return Err("x509: inner and outer signature algorithm identifiers don't match".into());
        }
        fields.expect(der::SEQUENCE, "").or_malformed("issuer")?;
        check_validity(fields.sequence("").or_malformed("validity")?)?;
        let subject = fields.expect(der::SEQUENCE, "").or_malformed("issuer")?.whole.to_vec();
        let public_key = read_public_key(fields.sequence("").or_malformed("spki")?)?;
        let key_id = if version == 2 { read_key_id(&mut fields)? } else { None };
        parts.bit_string().or_malformed("signature")?;
        if !outer.is_empty() {
            return Err("x509: trailing data".into());
        }
        Ok(Self { subject, key_id, public_key })
    }
}

/// The version, which is counted from zero and may be left out.
fn read_version(fields: &mut Reader<'_>) -> Result<u8, Failure> {
    let Some(explicit) = fields.optional(der::context(0)).or_malformed("version")? else {
        return Ok(0);
    };
    let number = Reader::new(explicit.content).expect(der::INTEGER, "").or_malformed("version")?;
    match *number.content {
        [version @ 0..=2] => Ok(version),
        [first, ..] if first & 0x80 == 0 => Err("x509: invalid version".into()),
        _ => Err("x509: malformed version".into()),
    }
}

fn check_validity(mut times: Reader<'_>) -> Result<(), Failure> {
    for _ in 0..2 {
        let time = times.next().or_malformed("validity")?;
        let (digits, kind) = match time.tag {
            der::UTC_TIME => (12, "UTCTime"),
            der::GENERALIZED_TIME => (14, "GeneralizedTime"),
            _ => return Err("x509: unsupported time format".into()),
        };
        if !is_time(time.content, digits) {
            return Err(format!("x509: malformed {kind}").into());
        }
    }
    Ok(())
}

/// True for a point in time that is written with `digits` digits, in universal time.
fn is_time(text: &[u8], digits: usize) -> bool {
    let Some(text) = text.strip_suffix(b"Z").filter(|text| text.len() == digits) else {
        return false;
    };
    if !text.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |pair: &[u8]| u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0');
    // Two digits mean years from 1950 to 2049; 2000, which is zero here, does have a leap day.
    let (years, rest) = text.split_at(digits - 10);
    let fields: Vec<u32> = rest.chunks_exact(2).map(number).collect();
    let year = years.chunks_exact(2).fold(0, |year, pair| year * 100 + number(pair));
    let (month, day) = (fields[0], fields[1]);
    (1..=12).contains(&month)
        && (1..=days_of(month, year)).contains(&day)
        && fields[2] < 24
        && fields[3] < 60
        && fields[4] < 60
}

fn days_of(month: u32, year: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The bits of the key; none if Go does not know its algorithm, as it then does not compare them.
fn read_public_key(mut info: Reader<'_>) -> Result<Option<Vec<u8>>, Failure> {
    let mut algorithm = info.sequence("").or_malformed("public key algorithm identifier")?;
    let oid = algorithm.expect(der::OID, "").or_malformed("OID")?.content;
    let bits = info.bit_string().or_malformed("subjectPublicKey")?;
    if is_rsa(oid) {
        check_rsa(algorithm, bits)?;
    }
    Ok(is_known_algorithm(oid).then(|| bits.to_vec()))
}

fn check_rsa(mut parameters: Reader<'_>, bits: &[u8]) -> Result<(), Failure> {
    if !parameters.next().is_ok_and(|parameters| parameters.whole == der::NULL) {
        return Err("x509: RSA key missing NULL parameters".into());
    }
    let mut key =
        Reader::new(bits).sequence("").map_err(|_| Failure::new("x509: invalid RSA public key"))?;
    key.integer("").map_err(|_| Failure::new("x509: invalid RSA modulus"))?;
    key.integer("").map_err(|_| Failure::new("x509: invalid RSA public exponent"))?;
    Ok(())
}

/// The identifier of the key among the extensions.
fn read_key_id(fields: &mut Reader<'_>) -> Result<Option<Vec<u8>>, Failure> {
    fields.optional(0x81).or_malformed("issuerUniqueID")?;
    fields.optional(0x82).or_malformed("subjectUniqueID")?;
    let Some(list) = fields.optional(der::context(3)).or_malformed("extensions")? else {
        return Ok(None);
    };
    let mut list = Reader::new(list.content).sequence("").or_malformed("extensions")?;
    let mut key_id = None;
    while !list.is_empty() {
        let mut extension = list.sequence("").or_malformed("extension")?;
        let oid = extension.expect(der::OID, "").or_malformed("extension OID field")?.content;
        extension.optional(der::TRUE[0]).or_malformed("extension critical field")?;
        let value =
            extension.expect(der::OCTET_STRING, "").or_malformed("extension value field")?;
        if oid == [0x55, 0x1d, 14] {
            let id = Reader::new(value.content).expect(der::OCTET_STRING, "");
            let id = id.map_err(|_| Failure::new("x509: invalid subject key identifier"))?;
            key_id = Some(id.content.to_vec()).filter(|id| !id.is_empty());
        }
    }
    Ok(key_id)
}

/// Names the part of a certificate that is not what it should be.
trait OrMalformed {
    fn or_malformed(self, part: &str) -> Self;
}

impl<T> OrMalformed for Result<T, Failure> {
    fn or_malformed(self, part: &str) -> Self {
        self.map_err(|_| Failure::from(format!("x509: malformed {part}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_in_go() {
        for (seconds, expected) in [
            (0, "700101000000Z"),
            (-1, "691231235959Z"),
            (951_782_400, "000229000000Z"),
            (2_524_607_999, "491231235959Z"),
            (2_524_608_000, "20500101000000Z"),
            (-631_152_000, "500101000000Z"),
            (-631_152_001, "19491231235959Z"),
            (-7_500_000_000, "17320502104000Z"),
            (11_000_000_000, "23180730193320Z"),
        ] {
            let time = der_time(seconds).unwrap();
            assert_eq!(String::from_utf8_lossy(&time[2..]), expected, "{seconds}");
        }
    }
}
