//! Order keys: where an element stands among its kind (format.md, section 1.4).

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many elements that arrive together get a key.
const MOST: usize = 3843;

/// Returns the key of element `index` (from 0) of `count` that arrive together; `None` where it gets none.
#[must_use]
pub fn order_key(index: usize, count: usize) -> Option<String> {
    let spread = count.min(MOST);
    if count < 2 || index >= spread {
        return None;
    }
    let number = (index + 1) * 3844 / (spread + 1);
    let digit = |n: usize| DIGITS.get(n).copied().map(char::from);
    let (high, low) = (digit(number / 62)?, digit(number % 62)?);
    let mut key = String::with_capacity(2);
    key.push(high);
    if low != '0' {
        key.push(low);
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_elements_that_arrive_together_ascend_and_never_end_in_zero() {
        for count in [2, 3, 10, 61, 62, 1000, 3842] {
            let keys: Vec<String> = (0..count).filter_map(|i| order_key(i, count)).collect();
            assert_eq!(keys.len(), count);
            assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{count}");
            assert!(keys.iter().all(|key| !key.ends_with('0')), "{count}");
        }
        assert_eq!(order_key(0, 1), None);
        assert_eq!(order_key(MOST, 5000), None);
    }
}
