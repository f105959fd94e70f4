"""Acting: forms for every act of both tables, made of the tables themselves.

``fields`` says what each fact is called and how it is written, ``offers`` which acts there are and
what each is about, ``prepared`` what nobody types because the books say it; ``wording`` shows the
facts of an order.
"""
