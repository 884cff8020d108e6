//! A cursor over foreign bytes: fixed pieces and LEB128 numbers in their one shortest form.

use super::Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// What is left to read.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Says whether everything is read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns how many bytes are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Reads a fixed number of bytes.
    ///
    /// # Errors
    /// If fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads a fixed number of bytes into an array.
    ///
    /// # Errors
    /// If fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| Malformed("it ends early"))
    }

    /// Reads bytes behind their length.
    ///
    /// # Errors
    /// If the length is no number or fewer bytes are left.
    pub fn framed(&mut self) -> Result<&'a [u8]> {
        let length = self.size()?;
        self.take(length)
    }

    /// Reads a text behind its length.
    ///
    /// # Errors
    /// As [`Self::framed`], or if the bytes are not UTF-8.
    pub fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.framed()?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// If none is left.
    pub fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.rest.split_first().ok_or(Malformed("it ends early"))?;
        self.rest = rest;
        Ok(*byte)
    }

    /// Reads an unsigned number.
    ///
    /// # Errors
    /// If it is cut, too large or not in its shortest form.
    pub fn unsigned(&mut self) -> Result<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(Malformed("a number is too large"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                if bits == 0 && shift > 0 {
                    return Err(Malformed("a number is not in its shortest form"));
                }
                return Ok(value);
            }
        }
        Err(Malformed("a number is too large"))
    }

    /// Reads an unsigned number that counts bytes or things in memory.
    ///
    /// # Errors
    /// If it is cut, too large or not in its shortest form.
    pub fn size(&mut self) -> Result<usize> {
        usize::try_from(self.unsigned()?).map_err(|_| Malformed("a number is too large"))
    }

    /// Reads a signed number.
    ///
    /// # Errors
    /// If it is cut, too large or not in its shortest form.
    pub fn signed(&mut self) -> Result<i64> {
        let mut value = 0_i64;
        let mut previous = 0_u8;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = i64::from(byte & 0x7f);
            if shift == 63 && bits != 0 && bits != 0x7f {
                return Err(Malformed("a number is too large"));
            }
            value |= bits.wrapping_shl(shift);
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0;
                if shift > 0 && ((bits == 0 && previous & 0x40 == 0) || (bits == 0x7f && previous & 0x40 != 0)) {
                    return Err(Malformed("a number is not in its shortest form"));
                }
                if negative && shift < 57 {
                    value |= -1_i64 << (shift + 7);
                }
                return Ok(value);
            }
            previous = byte;
        }
        Err(Malformed("a number is too large"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsigned(bytes: &[u8]) -> Option<u64> {
        let mut cursor = Cursor::new(bytes);
        let value = cursor.unsigned().ok()?;
        cursor.is_empty().then_some(value)
    }

    fn signed(bytes: &[u8]) -> Option<i64> {
        let mut cursor = Cursor::new(bytes);
        let value = cursor.signed().ok()?;
        cursor.is_empty().then_some(value)
    }

    #[test]
    fn numbers_are_read_in_their_shortest_form_only() {
        assert_eq!(unsigned(&[0]), Some(0));
        assert_eq!(unsigned(&[0xe5, 0x8e, 0x26]), Some(624_485));
        assert_eq!(unsigned(&[0x80, 0]), None);
        assert_eq!(unsigned(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), Some(u64::MAX));
        assert_eq!(unsigned(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]), None);
        assert_eq!(unsigned(&[0xff; 11]), None);
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(signed(&[0x7f]), Some(-1));
        assert_eq!(signed(&[0xc0, 0xbb, 0x78]), Some(-123_456));
        assert_eq!(signed(&[0x3f]), Some(63));
        assert_eq!(signed(&[0xc0, 0]), Some(64));
        assert_eq!(signed(&[0xff, 0x7f]), None);
        assert_eq!(signed(&[0x81, 0]), None);
        assert_eq!(signed(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]), Some(i64::MIN));
        assert_eq!(signed(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]), Some(i64::MAX));
        assert_eq!(signed(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), None);
    }
}
