"""What a new thing takes: a patch for each, and the play that it is put through in a copy of the product.

A patch is also the shortest guide: it shows every line that such a thing needs. After the place that a patch names has
changed, `test_additions` says how to make the patch anew.
"""
