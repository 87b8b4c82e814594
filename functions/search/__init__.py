"""The function a storefront calls with a shopper's photo."""
