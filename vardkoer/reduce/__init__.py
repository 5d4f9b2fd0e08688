"""A small extract of a large one, made by Spark: all that the rules can count, in the contract's own layout.

One row in a hundred of the register has a listed code. `reduce` keeps those rows, all other rows of their contacts and
every row that cannot be read, each as it stands, in one Parquet file for each file of the extract. Beside them
`account.json` says what only the whole extract can tell (`vardkoer.gate.reduced` reads it):

    code_begins   what was searched for; the small extract will no longer do when the code lists ask for more
    files         for each file of the whole extract: its public `name`, the `file` that has what is kept of it, its
                  `rows`, how many of them cannot be read (`unreadable_rows`, by fault; all of these are kept), and the
                  `months` of the others (`vardkoer.gate.account.Month`)

Spark reads the extract twice: once the few columns that the account is made of, once all columns of the contract. The
driver lists files, opens headers and footers, and collects counts; no row passes through it. Workers see the extract
and the output under the same paths as the driver.
"""
